-- The data stages of pipelines/parquet.yaml by hand, as quick as we could write them, in memory and in one session: only
-- comments that get a label are cleaned, which splitvote itself does (clean.sh), for DuckDB's patterns know no references back
-- and its NFC is of another Unicode. Which copies stay is splitvote's rule too (copies.sh). The exports are those of the
-- stage `export`, byte for byte.
.bail on

CREATE MACRO unit(digest) AS (CAST('0x' || substr(digest, 1, 14) AS BIGINT) >> 3) / DOUBLE '9007199254740992';
CREATE MACRO esc(t) AS replace(replace(replace(replace(t, '%', '%25'), chr(9), '%09'), chr(10), '%0A'), chr(13), '%0D');
CREATE MACRO unesc(t) AS replace(replace(replace(replace(t, '%09', chr(9)), '%0A', chr(10)), '%0D', chr(13)), '%25', '%');

CREATE TABLE comments AS
WITH looks AS (
  SELECT 'naver-news:' || substr(sha256(oid || '/' || aid || chr(31) || contents), 1, 16) AS id,
    'naver-news:' || oid || '/' || aid AS article, contents AS text, sympathyCount AS up, antipathyCount AS down,
    CAST(replyCount AS INT) AS replies, regDate AS created_at, rankDate AS observed_at
  FROM 'data/comments.parquet' WHERE contents <> '')
SELECT id, min(article) AS article, min(text) AS text, arg_max(up, (observed_at, up + down, up, replies)) AS up,
  arg_max(down, (observed_at, up + down, up, replies)) AS down, min(observed_at) AS first_seen FROM looks GROUP BY id;

CREATE TABLE judged AS SELECT *, CAST(up AS DOUBLE)/(up+down) AS ratio FROM comments WHERE up + down >= 20;

CREATE TABLE picked AS SELECT *, CASE WHEN ratio BETWEEN 0.4::DOUBLE AND 0.6::DOUBLE THEN 1 ELSE 0 END AS label FROM judged
  WHERE ratio BETWEEN 0.4::DOUBLE AND 0.6::DOUBLE OR ratio <= 0.2::DOUBLE OR ratio >= 0.8::DOUBLE;

COPY (SELECT id, esc(text) FROM picked) TO 'made/rows.tsv' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');

.shell sh clean.sh

CREATE TABLE sides AS
SELECT id, article, document AS text, up, down, ratio, first_seen, label, sha256('1' || chr(31) || id) AS sample_order,
  unit(sha256('v1' || chr(31) || article)) AS u,
  CASE WHEN u < 0.8::DOUBLE THEN 'train' WHEN u < 0.9::DOUBLE THEN 'dev' ELSE 'test' END AS split
FROM picked JOIN (
    SELECT id, unesc(coalesce(document, '')) AS document
    FROM read_csv('made/texts.tsv', delim = '\t', quote = '', escape = '', header = false,
      columns = {'id': 'VARCHAR', 'document': 'VARCHAR'})
  ) USING (id)
WHERE document <> '';

CREATE TABLE wordings AS
SELECT sha256(text) AS name, translate(text, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz') AS folded,
    list_distinct(list_transform(range(1, length(text) - 1), lambda i: substr(text, i, 3))) AS pieces
FROM (SELECT DISTINCT text FROM sides);

CREATE TABLE pieces AS
WITH each AS (SELECT name, len(pieces) AS size, unnest(pieces) AS piece FROM wordings),
counted AS (SELECT piece, count(*) AS texts FROM each GROUP BY piece),
ranked AS (SELECT each.name, each.size, each.piece,
      row_number() OVER (PARTITION BY each.name ORDER BY counted.texts, each.piece) AS place
    FROM each JOIN counted ON counted.piece = each.piece)
SELECT name, size, piece FROM ranked WHERE place <= size - ceil(DOUBLE '0.85' * size - DOUBLE '1e-09') + 1;

CREATE TABLE copies AS
WITH pairs AS (
    SELECT DISTINCT one.name, other.name AS copy FROM pieces AS one JOIN pieces AS other ON other.piece = one.piece
    WHERE one.name <> other.name
      AND least(one.size, other.size) >= DOUBLE '0.85' * greatest(one.size, other.size) - DOUBLE '1e-09'
), near AS (
    SELECT pairs.name, pairs.copy
    FROM pairs JOIN wordings AS one ON one.name = pairs.name JOIN wordings AS other ON other.name = pairs.copy
    WHERE CAST(len(list_intersect(one.pieces, other.pieces)) AS DOUBLE)
      / (len(one.pieces) + len(other.pieces) - len(list_intersect(one.pieces, other.pieces))) >= DOUBLE '0.85'
), exact AS (
    SELECT one.name, other.name AS copy
    FROM wordings AS one JOIN wordings AS other ON other.folded = one.folded WHERE other.name <> one.name)
SELECT name, copy FROM near UNION SELECT name, copy FROM exact;

COPY (SELECT id, split, frozen, present, name, copies, place FROM (
  WITH named AS (SELECT *, sha256(text) AS name FROM sides), met AS (SELECT name, count(*) AS comments FROM named GROUP BY name),
  listed AS (SELECT name, string_agg(copy, ',' ORDER BY copy) AS copies FROM copies GROUP BY name)
  SELECT named.id, named.split, '0' AS frozen, '1' AS present, named.name, coalesce(listed.copies, '') AS copies,
    lpad(CAST(row_number() OVER (ORDER BY first_seen, named.id) AS VARCHAR), 18, '0') AS place
  FROM named JOIN met ON met.name = named.name LEFT JOIN listed ON listed.name = named.name
  WHERE met.comments > 1 OR listed.name IS NOT NULL
) ORDER BY place) TO 'made/fates-rows.tsv' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');

.shell sh copies.sh

CREATE TABLE dataset AS
SELECT * FROM sides WHERE id NOT IN (
  SELECT id
  FROM read_csv('made/fates.tsv', delim = '\t', header = false, columns = {'id': 'VARCHAR', 'fate': 'VARCHAR'})
  WHERE fate <> 'kept');

CREATE MACRO tsv(t) AS replace(replace(replace(replace(t, '\', '\\'), chr(9), '\t'), chr(10), '\n'), chr(13), '\r');

COPY (
  SELECT id, tsv(text) AS document, label, up, down, ratio, article, split
  FROM dataset WHERE split = 'train' ORDER BY sample_order
) TO 'made/train.tsv' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '');

COPY (
  SELECT id, tsv(text) AS document, label, up, down, ratio, article, split
  FROM dataset WHERE split = 'dev' ORDER BY sample_order
) TO 'made/dev.tsv' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '');

COPY (
  SELECT id, tsv(text) AS document, label, up, down, ratio, article, split
  FROM dataset WHERE split = 'test' ORDER BY sample_order
) TO 'made/test.tsv' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '');
