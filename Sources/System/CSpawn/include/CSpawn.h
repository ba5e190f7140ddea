// Starting programs in process groups and folders of their own, which needs what only C sees of glibc's headers.
#ifndef CSPAWN_H
#define CSPAWN_H

#include <sys/types.h>

/// Starts a program in its own process group. Where glibc can (2.34), it inherits no other descriptor.
///
/// - arguments, environment: lists that end with NULL.
/// - folder: where it starts.
/// - descriptors: three of this process, which become its standard input, output and error.
/// Returns 0, or one of errno's codes.
int cspawn_start(
    pid_t *process, const char *path, char *const *arguments, char *const *environment, const char *folder,
    const int *descriptors);

/// Makes a pipe that no program inherits. Returns 0, or one of errno's codes.
int cspawn_pipe(int *ends);

#endif
