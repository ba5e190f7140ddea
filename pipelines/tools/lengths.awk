# Counts the rows of each length class of an exported TSV, whose second column is the text, and writes the numbers for
# checks and reports as figures.json. Usage: awk -v limit=20 -v figures=FILE -f lengths.awk train.tsv
BEGIN { FS = "\t"; print "label\tshort\tlong" }
FNR > 1 { if (length($2) <= limit) short[$3]++; else long[$3]++; labels[$3]; rows++; shorts += length($2) <= limit }
END {
    for (label = 0; label < 2; label++) printf "%d\t%d\t%d\n", label, short[label], long[label]
    printf "{\"rows\": %d, \"short_share\": %.4f}\n", rows, rows ? shorts / rows : 0 > figures
}
