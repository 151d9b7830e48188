// The system call filter, climbed.
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <vector>

#include "host/runner/tests/confined_child.hpp"

namespace outrigger::host {
namespace {

INSTANTIATE_TEST_SUITE_P(Walls, CallsTest, testing::Values(Who::kRoot, Who::kOwnUser, Who::kUnprivileged), name_of);

// What became of starting a process, which ends at once if it came to be.
std::string started(pid_t child) {
  if (child == 0) _exit(0);
  const std::string said = outcome(child);
  if (child > 0) waitpid(child, nullptr, __WALL);
  return said;
}

std::string start_by_clone(int flags) {
  std::vector<char> stack(65536);
  return started(clone([](void*) { return 0; }, stack.data() + stack.size(), flags, nullptr));
}

// A call that libc has no function for, or a cleverer one.
template <typename... Arguments>
std::string raw(long number, Arguments... arguments) {
  return outcome(syscall(number, arguments...));
}

TEST_P(CallsTest, NoSocketOfAnyKind) {
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK, AF_ALG})
    EXPECT_EQ(climb([=] { return outcome(socket(family, SOCK_STREAM, 0)); }), "EPERM") << family;
  EXPECT_EQ(climb([] { return outcome(socket(AF_NETLINK, SOCK_RAW, 0)); }), "EPERM");
  EXPECT_EQ(climb([] {
              std::array<int, 2> ends{};
              return outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()));
            }),
            "EPERM");
}

TEST_P(CallsTest, ASocketThatIsThereGoesNowhereElse) {
  int link = -1;
  const auto before = [&] { link = socket(AF_INET, SOCK_DGRAM, 0); };
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(9);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* address = reinterpret_cast<const sockaddr*>(&place);
  EXPECT_EQ(climb([&] { return outcome(connect(link, address, sizeof place)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(bind(link, address, sizeof place)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(listen(link, 1)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(accept(link, nullptr, nullptr)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(sendto(link, "x", 1, 0, address, sizeof place)); }, before), "EPERM");
  const int on = 1;
  EXPECT_EQ(climb([&] { return outcome(setsockopt(link, SOL_SOCKET, SO_BROADCAST, &on, sizeof on)); }, before),
            "EPERM");
}

TEST_P(CallsTest, NoProcess) {
  EXPECT_EQ(climb([] { return started(fork()); }), "EPERM");
  EXPECT_EQ(climb([]() -> std::string {
              const pid_t child = vfork();
              if (child == 0) _exit(0);
              return started(child);
            }),
            "EPERM");
  for (const int flags : {0, CLONE_VM, CLONE_VM | CLONE_VFORK, CLONE_NEWUSER, CLONE_PARENT,
                          CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM})
    EXPECT_EQ(climb([=] { return start_by_clone(flags | SIGCHLD); }), "EPERM") << std::hex << flags;
  EXPECT_EQ(climb([] {
              clone_args wish{};
              wish.exit_signal = SIGCHLD;
              return started(static_cast<pid_t>(syscall(SYS_clone3, &wish, sizeof wish)));
            }),
            "ENOSYS");
#if defined(SYS_fork)  // which libc makes with clone
  EXPECT_EQ(climb([] { return started(static_cast<pid_t>(syscall(SYS_fork))); }), "EPERM");
#endif
}

TEST_P(CallsTest, NoForkBomb) {
  EXPECT_EQ(climb([] {
              int born = 0;
              for (int attempt = 0; attempt < 200; ++attempt) born += started(fork()) == "done" ? 1 : 0;
              return std::to_string(born) + " born";
            }),
            "0 born");
}

TEST_P(CallsTest, NoProgram) {
  const std::array<char*, 1> none{nullptr};
  EXPECT_EQ(climb([&] { return outcome(execve("/bin/true", none.data(), none.data())); }), "EPERM");
  EXPECT_EQ(climb([&] { return raw(SYS_execveat, AT_FDCWD, "/bin/true", none.data(), none.data(), 0); }), "EPERM");
  // What system() tells when no shell could be started.
  EXPECT_EQ(climb([] { return std::to_string(WEXITSTATUS(system("exit 7"))); }), "127");
}

TEST_P(CallsTest, NoLookIntoTheHost) {
  EXPECT_EQ(climb([] { return outcome(ptrace(PTRACE_SEIZE, getppid(), nullptr, nullptr)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }), "EPERM");
  // Its address of this variable is ours, since it forked us.
  static const long secret = 42;
  long copy = 0;
  iovec here{&copy, sizeof copy};
  iovec there{const_cast<long*>(&secret), sizeof secret};
  EXPECT_EQ(climb([&] { return outcome(process_vm_readv(getppid(), &here, 1, &there, 1, 0)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(process_vm_writev(getppid(), &here, 1, &here, 1, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_kcmp, getpid(), getppid(), 0, 0, 0); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_get_robust_list, getppid(), nullptr, nullptr); }), "EPERM");
}

// Signal 0 asks for the right and harms nobody.
TEST_P(CallsTest, NoSignalButToItself) {
  EXPECT_EQ(climb([] { return outcome(kill(getppid(), 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(kill(-1, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(kill(0, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(kill(-getpgrp(), 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_tgkill, getppid(), getppid(), 0); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_tkill, getppid(), 0); }), "EPERM");
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  EXPECT_EQ(climb([&] { return raw(SYS_rt_sigqueueinfo, getppid(), 0, &info); }), "EPERM");
  EXPECT_EQ(climb([&] { return raw(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_pidfd_open, getppid(), 0); }), "ENOSYS");
  int host = -1;
  const auto before = [&] { host = static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0)); };
  EXPECT_EQ(climb([&] { return raw(SYS_pidfd_send_signal, host, 0, nullptr, 0); }, before), "ENOSYS");
  EXPECT_EQ(climb([&] { return raw(SYS_pidfd_getfd, host, 0, 0); }, before), "ENOSYS");
  EXPECT_EQ(climb([] { return outcome(kill(getpid(), 0)); }), "done");
  EXPECT_EQ(climb([] { return outcome(fcntl(1, F_SETOWN, getppid())); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(setpriority(PRIO_PROCESS, static_cast<id_t>(getppid()), 19)); }), "EPERM");
  EXPECT_EQ(climb([] {
              const sched_param none{};
              return outcome(sched_setscheduler(getppid(), SCHED_IDLE, &none));
            }),
            "EPERM");
}

TEST_P(CallsTest, NoOtherUserAndNoRights) {
  EXPECT_EQ(climb([] { return outcome(setuid(0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(setuid(getuid())); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(setresgid(0, 0, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_capset, nullptr, nullptr); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(unshare(CLONE_NEWUSER)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(unshare(0)); }), "EPERM");
  int space = -1;
  const auto before = [&] { space = open("/proc/self/ns/user", O_RDONLY); };
  EXPECT_EQ(climb([&] { return outcome(setns(space, 0)); }, before), "EPERM");
  // Wrong in a way that the kernel sees before it looks for the right, which is not there anyway.
  EXPECT_EQ(climb([] { return raw(SYS_mount, 1, 1, 1, 0, 0); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(umount2("/nowhere", 1 << 20)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(chroot("/nowhere")); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(personality(ADDR_NO_RANDOMIZE)); }), "EPERM");
}

TEST_P(CallsTest, NoSettingOfItsOwnWalls) {
  EXPECT_EQ(climb([] { return outcome(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }), "EPERM");
  EXPECT_EQ(climb([] { return outcome(prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0)); }), "EPERM");
  const rlimit more{1024, 1024};
  EXPECT_EQ(climb([&] { return outcome(setrlimit(RLIMIT_NOFILE, &more)); }), "EPERM");
#if defined(SYS_setrlimit)  // which libc makes with prlimit; there is no such limit, which the kernel sees first
  EXPECT_EQ(climb([&] { return raw(SYS_setrlimit, RLIM_NLIMITS, &more); }), "EPERM");
#endif
  const rlimit less{0, 0};
  EXPECT_EQ(climb([&] { return outcome(prlimit(getppid(), RLIMIT_NOFILE, &less, nullptr)); }), "EPERM");
  rlimit now{};
  EXPECT_EQ(climb([&] { return outcome(prlimit(getppid(), RLIMIT_NOFILE, nullptr, &now)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(getrlimit(RLIMIT_NOFILE, &now)); }), "done");
}

TEST_P(CallsTest, NoDoorIntoTheKernel) {
  io_uring_params ring{};
  EXPECT_EQ(climb([&] { return raw(SYS_io_uring_setup, 4, &ring); }), "ENOSYS");
  EXPECT_EQ(climb([] { return raw(SYS_io_uring_enter, 0, 0, 0, 0, nullptr); }), "ENOSYS");
  // Too large, which the kernel sees before it looks for the right.
  EXPECT_EQ(climb([] { return raw(SYS_bpf, 0, nullptr, 1 << 20); }), "EPERM");
  perf_event_attr event{};
  event.size = sizeof event;
  EXPECT_EQ(climb([&] { return raw(SYS_perf_event_open, &event, 0, -1, -1, 0); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_userfaultfd, O_CLOEXEC | 1); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_memfd_create, "code", 0); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_add_key, "user", "x", "y", 1, KEY_SPEC_PROCESS_KEYRING); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_seccomp, 1, 0, nullptr); }), "EPERM");
  file_handle handle{};
  int mount_id = 0;
  EXPECT_EQ(climb([&] { return outcome(name_to_handle_at(AT_FDCWD, "/", &handle, &mount_id, 0)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(open_by_handle_at(AT_FDCWD, &handle, O_RDONLY)); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_shmget, 0, 0, 0600); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(SYS_init_module, nullptr, 0, ""); }), "EPERM");
  EXPECT_EQ(climb([] { return raw(599); }), "ENOSYS");
}

// Corners of calls that are allowed, where kernels have had holes and no plugin has business.
TEST_P(CallsTest, NoRareFlags) {
  std::array<int, 2> ends{};
  const auto before = [&] {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) _exit(95);
  };
  char byte = 'x';
  iovec part{&byte, 1};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  EXPECT_EQ(climb([&] { return outcome(send(ends[0], &byte, 1, MSG_OOB)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(sendmsg(ends[0], &message, MSG_OOB)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(recv(ends[0], &byte, 1, MSG_OOB)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(recvmsg(ends[0], &message, MSG_OOB)); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(send(ends[0], &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT)); }, before), "done");
  EXPECT_EQ(climb([&] { return outcome(pipe2(ends.data(), O_EXCL)); }), "EPERM") << "a pipe of notifications";
  EXPECT_EQ(climb([&] { return outcome(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK)); }), "done");
}

// Memory of these kinds escapes RLIMIT_DATA.
TEST_P(CallsTest, NoUncountedMemory) {
  const auto map = [](int flags, int file = -1) {
    return outcome(mmap(nullptr, 4096, PROT_READ, flags, file, 0) == MAP_FAILED ? -1 : 0);
  };
  EXPECT_EQ(climb([&] { return map(MAP_SHARED | MAP_ANONYMOUS); }), "EPERM");
  EXPECT_EQ(climb([&] { return map(MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN); }), "EPERM");
  EXPECT_EQ(climb([&] { return map(MAP_PRIVATE | MAP_ANONYMOUS); }), "done");
  int file = -1;
  const auto before = [&] { file = open((folder_ / "small_plugin.so").c_str(), O_RDONLY); };
  EXPECT_EQ(climb([&] { return map(MAP_PRIVATE | MAP_GROWSDOWN, file); }, before), "EPERM");
  EXPECT_EQ(climb([&] { return map(MAP_SHARED, file); }, before), "done");
}

// Even on its controlling terminal, where the kernel would let it type commands for the shell.
TEST_P(CallsTest, NoTypingIntoTheTerminal) {
  int terminal = -1;
  const auto before = [&] {
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (setsid() < 0 || grantpt(master) != 0 || unlockpt(master) != 0) _exit(93);
    terminal = open(ptsname(master), O_RDWR);
    if (ioctl(terminal, TIOCSCTTY, 0) != 0) _exit(94);
  };
  EXPECT_EQ(climb([&] { return outcome(ioctl(terminal, TIOCSTI, "x")); }, before), "EPERM");
  // The kernel looks at the lower half of the number only.
  EXPECT_EQ(climb([&] { return raw(SYS_ioctl, terminal, TIOCSTI | (1UL << 32U), "x"); }, before), "EPERM");
  winsize size{};
  EXPECT_EQ(climb([&] { return outcome(ioctl(terminal, TIOCGWINSZ, &size)); }, before), "done");
}

#if defined(__x86_64__) && !defined(__ILP32__)
// The same numbers mean other calls there: 20 is getpid for i386, which nobody would mind.
TEST_P(CallsTest, NoCallOfAnotherArchitecture) {
  EXPECT_EQ(climb([] {
              long result = 20;
              asm volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
              return outcome(result);
            }),
            "signal " + std::to_string(SIGSYS));
  EXPECT_EQ(climb([] { return raw(0x40000000 + SYS_getpid); }), "signal " + std::to_string(SIGSYS));
}
#endif

TEST_P(CallsTest, NoOpeningForMoreThanReading) {
  const std::string place = folder_;
  const std::string file = folder_ / "small_plugin.so";
  EXPECT_EQ(climb([&] { return outcome(open((place + "/new").c_str(), O_WRONLY | O_CREAT, 0600)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(open(place.c_str(), O_RDWR | O_TMPFILE, 0600)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(open(file.c_str(), O_RDWR)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(open(file.c_str(), O_RDONLY | O_TRUNC)); }), "EPERM");
#if defined(SYS_open)
  EXPECT_EQ(climb([&] { return raw(SYS_open, file.c_str(), O_WRONLY); }), "EPERM");
  EXPECT_EQ(climb([&] { return raw(SYS_creat, (place + "/new").c_str(), 0600); }), "EPERM");
  EXPECT_EQ(climb([&] { return raw(SYS_mknod, (place + "/new").c_str(), S_IFIFO | 0600, 0); }), "EPERM");
#endif
  EXPECT_EQ(climb([&] { return raw(SYS_openat2, AT_FDCWD, file.c_str(), nullptr, 0); }), "ENOSYS");
  EXPECT_EQ(climb([&] { return outcome(truncate(file.c_str(), 0)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(mkdir((place + "/new").c_str(), 0700)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(unlink(file.c_str())); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(rename(file.c_str(), (place + "/new").c_str())); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(symlink("x", (place + "/new").c_str())); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(chmod(file.c_str(), 0777)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(mkfifo((place + "/new").c_str(), 0700)); }), "EPERM");
  EXPECT_EQ(climb([&] { return outcome(open(file.c_str(), O_RDONLY)); }), "done");
}

}  // namespace
}  // namespace outrigger::host
