#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#ifdef __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 34)
#define CLOSES_THE_REST
#endif
#endif

int cspawn_start(
    pid_t *process, const char *path, char *const *arguments, char *const *environment, const char *folder,
    const int *descriptors)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return code;
    code = posix_spawnattr_init(&attributes);
    if (!code) {
        for (int i = 0; i < 3 && !code; i++) code = posix_spawn_file_actions_adddup2(&actions, descriptors[i], i);
        if (!code) code = posix_spawn_file_actions_addchdir_np(&actions, folder);
#ifdef CLOSES_THE_REST
        if (!code) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
        if (!code) code = posix_spawnattr_setpgroup(&attributes, 0);
        // What this process ignores or holds back is its own affair.
        sigset_t signals;
        sigfillset(&signals);
        if (!code) code = posix_spawnattr_setsigdefault(&attributes, &signals);
        sigemptyset(&signals);
        if (!code) code = posix_spawnattr_setsigmask(&attributes, &signals);
        if (!code)
            code = posix_spawnattr_setflags(
                &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        if (!code) code = posix_spawn(process, path, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

int cspawn_pipe(int *ends)
{
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC) ? errno : 0;
#else
    if (pipe(ends)) return errno;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}
