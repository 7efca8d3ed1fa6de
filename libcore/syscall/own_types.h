/* SPDX-License-Identifier: MIT */
/*
 * Types of system calls that say more than the kernel's own.
 *
 * Conventions, which value/special.c knows:
 * - ct_names_SET is a number that is shown by the names of that set;
 * - ct_be16, ct_ipv4 and the like are shown as people write them;
 * - a union member ct_by_TAG has for each name of member TAG what is there
 *   when TAG has it; only that is shown, as if it were the struct's own.
 * - a pointer member of type ct_bytes_by_next… or ct_elements_by_next… leads to
 *   as much as the next member says.
 * - of objects of unequal sizes, one behind the other, a member of
 *   type ct_record_size has the size of each; ct_text_rest is text up to its
 * NUL or that end. An object that a length bounds may be shorter than its type.
 */
typedef unsigned short ct_be16;
typedef unsigned int ct_be32;
typedef unsigned int ct_ipv4;
typedef unsigned char ct_ipv6[16];
/* A path up to its NUL; when it begins with NUL, an abstract name: all bytes
 * that there are (unix(7)). */
typedef char ct_socket_path[108];

typedef unsigned short ct_names_families;
typedef short ct_names_poll_events;
typedef unsigned int ct_names_epoll_events;
typedef unsigned long ct_names_action_flags;
typedef int ct_names_stack_flags;
typedef int ct_names_signals;
typedef short ct_names_lock_types;
typedef short ct_names_whence;
typedef unsigned long ct_names_clone_flags;
typedef unsigned long ct_names_open_flags;
typedef unsigned int ct_names_message_flags;
typedef unsigned int ct_names_file_modes;
typedef unsigned short ct_names_file_modes16;
typedef unsigned long ct_names_signal_set;

typedef union {
	int sival_int;
	void *sival_ptr;
} ct_sigval;

typedef char ct_text_rest[0];
typedef unsigned short ct_record_size;
typedef unsigned char ct_names_entry_types;

/* getdents64(2) */
struct linux_dirent64 {
	unsigned long d_ino;
	long d_off;
	ct_record_size d_reclen;
	ct_names_entry_types d_type;
	ct_text_rest d_name;
};

/* getdents(2); the type is in the last byte of each. */
struct linux_dirent {
	unsigned long d_ino;
	unsigned long d_off;
	ct_record_size d_reclen;
	ct_text_rest d_name;
};

/* The kernel's, of 8 bytes, whatever libc's is. */
typedef ct_names_signal_set sigset_t;

struct sockaddr {
	ct_names_families sa_family;
	union {
		struct {
			ct_socket_path sun_path;
		} AF_UNIX;
		struct __attribute__((packed)) {
			ct_be16 sin_port;
			ct_ipv4 sin_addr;
		} AF_INET;
		struct __attribute__((packed)) {
			ct_be16 sin6_port;
			ct_be32 sin6_flowinfo;
			ct_ipv6 sin6_addr;
			unsigned int sin6_scope_id;
		} AF_INET6;
		struct __attribute__((packed)) {
			unsigned short nl_pad;
			unsigned int nl_pid;
			unsigned int nl_groups;
		} AF_NETLINK;
		struct __attribute__((packed)) {
			ct_be16 sll_protocol;
			int sll_ifindex;
			unsigned short sll_hatype;
			unsigned char sll_pkttype;
			unsigned char sll_halen;
			unsigned char sll_addr[8];
		} AF_PACKET;
		struct __attribute__((packed)) {
			unsigned short svm_reserved1;
			unsigned int svm_port;
			unsigned int svm_cid;
		} AF_VSOCK;
	} ct_by_sa_family;
};
_Static_assert(sizeof(struct sockaddr) == 110, "sockaddr_un is the longest");

/* include/uapi/linux/uio.h, include/linux/socket.h */
typedef void *ct_bytes_by_next;
typedef void *ct_bytes_by_next_result;
struct iovec {
	ct_bytes_by_next_result iov_base;
	unsigned long iov_len;
};

typedef struct sockaddr *ct_bytes_by_next_sockaddr;
typedef struct iovec *ct_elements_by_next_iovec;
struct user_msghdr {
	ct_bytes_by_next_sockaddr msg_name;
	int msg_namelen;
	ct_elements_by_next_iovec msg_iov;
	unsigned long msg_iovlen;
	ct_bytes_by_next msg_control;
	unsigned long msg_controllen;
	ct_names_message_flags msg_flags;
};
_Static_assert(sizeof(struct user_msghdr) == 56, "as sendmsg(2) takes it");

/* arch/x86: what rt_sigaction(2) takes, not what sigaction(3) does. */
struct sigaction {
	void (*sa_handler)(int sig);
	ct_names_action_flags sa_flags;
	void (*sa_restorer)(void);
	sigset_t sa_mask;
};

/* include/uapi/asm-generic/siginfo.h */
struct siginfo {
	ct_names_signals si_signo;
	int si_errno;
	int si_code;
	union {
		struct {
			int si_pid;
			unsigned int si_uid;
			ct_sigval si_value;
		} other;
		struct {
			int si_pid;
			unsigned int si_uid;
			int si_status;
			long si_utime;
			long si_stime;
		} SIGCHLD;
		struct {
			void *si_addr;
		} SIGSEGV, SIGBUS, SIGILL, SIGFPE;
		struct {
			long si_band;
			int si_fd;
		} SIGIO;
		struct {
			void *si_call_addr;
			int si_syscall;
			unsigned int si_arch;
		} SIGSYS;
		int _pad[28];
	} ct_by_si_signo;
};
typedef struct siginfo siginfo_t;
_Static_assert(sizeof(struct siginfo) == 128, "as waitid(2) fills it");

/* include/uapi/asm-generic/fcntl.h */
struct flock {
	ct_names_lock_types l_type;
	ct_names_whence l_whence;
	long l_start;
	long l_len;
	int l_pid;
};
_Static_assert(sizeof(struct flock) == 32, "as fcntl(2) takes it");

/* include/uapi/asm-generic/termbits.h: TCGETS, not tcgetattr(3) */
struct termios {
	unsigned int c_iflag;
	unsigned int c_oflag;
	unsigned int c_cflag;
	unsigned int c_lflag;
	unsigned char c_line;
	unsigned char c_cc[19];
};
_Static_assert(sizeof(struct termios) == 36, "as ioctl(2) takes it");

struct winsize {
	unsigned short ws_row;
	unsigned short ws_col;
	unsigned short ws_xpixel;
	unsigned short ws_ypixel;
};

/* include/uapi/linux/kexec.h; of calls that a kernel may be built without. */
struct kexec_segment {
	const void *buf;
	unsigned long bufsz;
	const void *mem;
	unsigned long memsz;
};

/* _sysctl(2), which is gone since Linux 5.5. */
struct __sysctl_args {
	int *name;
	int nlen;
	void *oldval;
	unsigned long *oldlenp;
	void *newval;
	unsigned long newlen;
	unsigned long __unused[4];
};
