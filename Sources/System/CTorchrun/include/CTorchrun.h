// The files of python/splitvote_torchrun as the program carries them, so that a training folder needs nothing beside it.
#ifndef CTORCHRUN_H
#define CTORCHRUN_H

#include <stddef.h>

/// One file: its name there, and its bytes.
struct splitvote_torchrun_file {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

/// In the order of their names; NULL past the last.
const struct splitvote_torchrun_file *splitvote_torchrun_file_at(size_t index);

#endif
