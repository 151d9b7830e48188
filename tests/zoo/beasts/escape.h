/* Every way out that point 2 of the isolation names, tried; `attempts` keeps what became of each. */
#ifndef OUTRIGGER_ZOO_ESCAPE_H
#define OUTRIGGER_ZOO_ESCAPE_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "beast.h"

static or_field attempts[64];
static uint32_t attempted;

/* errno, or 0 for a success. */
static void note(const char* what, long result) {
  or_field* field = &attempts[attempted++];
  field->key = zoo_text(what);
  field->value = zoo_number(result < 0 ? errno : 0);
}
static void note_number(const char* what, int64_t number) {
  or_field* field = &attempts[attempted++];
  field->key = zoo_text(what);
  field->value = zoo_number(number);
}

static void escape_by_files(void) {
  char path[64];
  note("open /etc/shadow", open("/etc/shadow", O_RDONLY));
  note("open /etc/passwd", open("/etc/passwd", O_RDONLY));
  note("write a file", open("/tmp/outrigger-zoo-was-here", O_WRONLY | O_CREAT, 0644));
  note("make a folder", mkdirat(AT_FDCWD, "/tmp/outrigger-zoo-was-here", 0755));
  note("truncate", syscall(SYS_truncate, "/tmp/outrigger-zoo-was-here", 0L));
  note("unlink", unlink("/tmp/outrigger-zoo-was-here"));
  note("chdir", chdir("/tmp"));
  note("chroot", syscall(SYS_chroot, "/"));
  note("mount", syscall(SYS_mount, "none", "/tmp", "tmpfs", 0UL, NULL));
  snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
  note("open the host's memory", open(path, O_RDONLY));
  snprintf(path, sizeof path, "/proc/%d/environ", (int)getppid());
  note("open the host's environment", open(path, O_RDONLY));
  note("memfd", syscall(SYS_memfd_create, "x", 0U));
}

static void escape_by_sockets(void) {
  struct sockaddr_in place;
  memset(&place, 0, sizeof place);
  place.sin_family = AF_INET;
  place.sin_port = htons(9);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  note("socket", socket(AF_INET, SOCK_STREAM, 0));
  note("unix socket", socket(AF_UNIX, SOCK_STREAM, 0));
  note("netlink socket", socket(AF_NETLINK, SOCK_RAW, 0));
  note("connect", connect(3, (const struct sockaddr*)&place, sizeof place));
  note("bind", bind(3, (const struct sockaddr*)&place, sizeof place));
}

static void escape_by_processes(void) {
  char* const arguments[] = {(char*)(uintptr_t) "sh", NULL};
  char here[8];
  struct iovec local = {here, sizeof here};
  struct iovec remote = {here, sizeof here};
  const pid_t child = fork();
  if (child == 0) _exit(0);
  note("fork", child);
  note("vfork", syscall(SYS_vfork) == 0 ? (_exit(0), 0) : -1);
  note("clone3", syscall(SYS_clone3, NULL, 0UL));
  note("execve", execve("/bin/sh", arguments, NULL));
  note("ptrace the host", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
  note("read the host's memory", process_vm_readv(getppid(), &local, 1, &remote, 1, 0));
  note("kill the host", kill(getppid(), 0));
  note("kill everybody", kill(-1, 0));
  note("kill the host's group", kill(-getpgid(0), 0));
  note("pidfd", syscall(SYS_pidfd_open, getppid(), 0U));
}

static void escape_by_rights(void) {
  note("io_uring", syscall(SYS_io_uring_setup, 8U, NULL));
  note("unshare", unshare(CLONE_NEWUSER));
  note("setns", setns(0, 0));
  note("bpf", syscall(SYS_bpf, 0, NULL, 0U));
  note("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0UL));
  note("setuid", syscall(SYS_setuid, 0));
  note("keyctl", syscall(SYS_keyctl, 0L, -3L, 1L));
  note("userfaultfd", syscall(SYS_userfaultfd, 0));
  note("shared memory", syscall(SYS_shmget, 0, 4096UL, 0600));
  note("raise a limit", syscall(SYS_setrlimit, 0, NULL));
  note("prctl dumpable", syscall(SYS_prctl, 4, 1UL, 0UL, 0UL, 0UL));
}

static void look_around(void) {
  extern char** environ;
  int64_t open_ones = 0;
  for (int i = 0; i < 64; ++i)
    if (fcntl(i, F_GETFD) >= 0) ++open_ones;
  note_number("= descriptors", open_ones);
  note_number("= variables", environ == NULL || environ[0] == NULL ? 0 : 1);
  note_number("= uid", (int64_t)getuid());
}

ZOO_SPARE void escape(void) {
  escape_by_files();
  escape_by_sockets();
  escape_by_processes();
  escape_by_rights();
  look_around();
}

static or_status run(const or_command_call* call, or_doc* result, or_error* error) {
  (void)call, (void)error;
  result->root.kind = OR_OBJECT;
  result->root.count = attempted;
  result->root.as.fields = attempts;
  return OR_OK;
}

#endif
