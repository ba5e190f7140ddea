// The files of schemas/ as the program carries them, so that `splitvote schema` needs no file beside it.
#ifndef CSCHEMAS_H
#define CSCHEMAS_H

#include <stddef.h>

/// One file: its name there without its ending, and its bytes.
struct splitvote_schema {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

/// In the order of their names; NULL past the last.
const struct splitvote_schema *splitvote_schema_at(size_t index);

#endif
