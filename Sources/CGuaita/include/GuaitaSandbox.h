// SPDX-License-Identifier: GPL-3.0-or-later
// How a process gives up, for good, every right it does not need.
#ifndef GUAITA_SANDBOX_H
#define GUAITA_SANDBOX_H

#include <stdint.h>

/// What a lowered process may still use.
struct guaita_limits {
    /// Memory of its own in bytes (RLIMIT_DATA).
    uint64_t memory;
    /// Memory and mapped files together in bytes (RLIMIT_AS).
    uint64_t address_space;
    /// The largest file it may write, in bytes (RLIMIT_FSIZE).
    uint64_t file;
    /// Open files (RLIMIT_NOFILE).
    uint64_t open_files;
    /// The one socket it may receive from and send to; descriptors above it are closed.
    int socket;
};

/// One measure of `guaita_lower`.
struct guaita_measure {
    /// What it is.
    const char *name;
    /// Why it is not in force; empty where it is.
    char why_not[96];
};

/// The most measures there are.
enum { guaita_measure_count = 12 };

/// Lowers the calling process, which must have one thread, and writes what took effect to `measures`, which has room
/// for `guaita_measure_count`. Answers how many were written. There is no way back.
int guaita_lower(const struct guaita_limits *limits, struct guaita_measure *measures);

/// Keeps what this process may do from the processes it starts: clears its ambient capabilities (capabilities(7)).
/// Answers 0, or -1 with errno(3).
int guaita_keep_capabilities(void);

#endif
