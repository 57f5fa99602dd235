// SPDX-License-Identifier: GPL-3.0-or-later
// Lowers itself as a worker does, then tries everything a worker must not be able to do. Every line of the output is
// one attempt: "refused NAME" or "ALLOWED NAME". SandboxTests builds and runs it.
#define _GNU_SOURCE
#include "GuaitaSandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int failures;

static void attempt(const char *name, long result) {
    int refused = result < 0 && (errno == EPERM || errno == EACCES);
    if (!refused) failures++;
    dprintf(1, "%s %s\n", refused ? "refused" : "ALLOWED", name);
}

static void works(const char *name, int is_so) {
    if (!is_so) failures++;
    dprintf(1, "%s %s\n", is_so ? "works" : "BROKEN", name);
}

int main(void) {
    int pair[2], high[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0 || pipe(high) != 0) return 2;
    if (dup2(pair[0], 3) != 3 || dup2(high[0], 9) != 9) return 2;
    int memory = memfd_create("result", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    pid_t parent = getppid();
    struct guaita_limits limits = {
        .memory = 256 << 20, .address_space = 1 << 30, .file = 1 << 20, .open_files = 64, .socket = memory};
    // The memfd stands for the broker's socket here, so that it stays open.
    struct guaita_measure measures[guaita_measure_count];
    int count = guaita_lower(&limits, measures);
    for (int index = 0; index < count; index++)
        dprintf(1, "measure %s%s%s\n", measures[index].name, measures[index].why_not[0] ? ": " : "",
                measures[index].why_not);

    attempt("open", open("/etc/passwd", O_RDONLY));
    attempt("open of a device", open("/dev/null", O_RDWR));
    attempt("openat with O_PATH", open("/", O_PATH));
    attempt("stat", syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &(struct stat){0}, 0));
    attempt("stat by an empty path", syscall(SYS_newfstatat, 1, "", &(struct stat){0}, AT_EMPTY_PATH));
    attempt("access", syscall(SYS_faccessat, AT_FDCWD, "/etc/passwd", R_OK));
    attempt("readlink", readlink("/proc/self/exe", (char[64]){0}, 64));
    attempt("unlink", unlink("/nonexistent"));
    attempt("mkdir", mkdir("/tmp/guaita-sandbox-test", 0700));
    attempt("chdir", chdir("/"));
    attempt("memfd_create", memfd_create("x", 0));
    attempt("socket", socket(AF_INET, SOCK_STREAM, 0));
    attempt("unix socket", socket(AF_UNIX, SOCK_DGRAM, 0));
    attempt("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, (int[2]){0}));
    attempt("execve", execve("/bin/true", (char *[]){"true", NULL}, (char *[]){NULL}));
    attempt("execveat", syscall(SYS_execveat, memory, "", (char *[]){"x", NULL}, NULL, AT_EMPTY_PATH));
    attempt("fork", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    attempt("clone3", syscall(435, NULL, 0));
    attempt("unshare", syscall(SYS_unshare, 0x10000000));
    attempt("setuid", syscall(SYS_setuid, 0));
    attempt("ptrace", ptrace(PTRACE_ATTACH, parent, NULL, NULL));
    attempt("process_vm_readv", process_vm_readv(parent, &(struct iovec){0}, 1, &(struct iovec){0}, 1, 0));
    attempt("kill of the parent", kill(parent, 0));
    attempt("kill of itself", kill(getpid(), 0));
    attempt("tgkill of the parent", syscall(SYS_tgkill, parent, parent, 0));
    attempt("pidfd_open", syscall(434, parent, 0));
    attempt("signals by fcntl", fcntl(1, F_SETOWN, parent));
    attempt("sealing what is another's", fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE));
    attempt("executable memory", mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    attempt("memory made executable", mprotect(page, 4096, PROT_READ | PROT_EXEC));
    attempt("ioctl", syscall(SYS_ioctl, 1, 0x5412, "x"));
    attempt("prctl", syscall(SYS_prctl, 4, 1, 0, 0, 0));
    attempt("setrlimit", syscall(SYS_prlimit64, 0, 7, &(uint64_t[2]){64, 64}, NULL));
    attempt("io_uring", syscall(425, 1, NULL));
    attempt("bpf", syscall(SYS_bpf, 0, NULL, 0));
    attempt("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    attempt("keyctl", syscall(SYS_keyctl, 0, 0));
#ifdef __x86_64__
    attempt("a number of the x32 ABI", syscall(0x40000000 | SYS_getpid));
#endif
    attempt("receiving from another socket", recv(3, (char[1]){0}, 1, MSG_DONTWAIT));

    works("descriptors above the socket are closed", write(9, "x", 1) < 0 && errno == EBADF);
    works("memory", page != MAP_FAILED && mprotect(page, 4096, PROT_READ) == 0);
    works("a result is written", write(memory, "x", 1) == 1 && pread(memory, (char[1]){0}, 1, 0) == 1);
    works("memory has an end", mmap(NULL, 512 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    works("signals to itself", syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), 0) == 0);
    _exit(failures == 0 ? 0 : 1);
}
