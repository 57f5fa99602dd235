// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "CGuaita.h"
#include "GuaitaSandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

// posix_spawn(3), never fork(2): the Swift runtime does not survive the latter.
int guaita_spawn_worker(const char *program, const char *memory, int socket, pid_t *pid) {
    // A worker has no capability from its first instruction on.
    if (guaita_keep_capabilities() != 0) return errno;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0) return -1;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -1;
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, socket, 3);
    // The broker blocks the signals it takes by descriptor; a worker is to die of them as anybody.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    char *const arguments[] = {"guaita", "worker", (char *)memory, NULL};
    // Not the broker's environment: NOTIFY_SOCKET and credentials are none of a worker's business.
    char *const environment[] = {"SWIFT_BACKTRACE=enable=no", "LANG=C.UTF-8", NULL};
    int failure = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}
