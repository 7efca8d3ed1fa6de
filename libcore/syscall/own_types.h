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
 *   as much as the next member says, ct_elements_by_previous… as the one
 * before.
 * - ct_octal, ct_device, ct_id, ct_word, ct_status are numbers that text has in
 *   another way than in decimal; ct_handler is one of signal(2).
 * - struct ct_control: as many bytes of control messages, cmsg(3).
 * - ct_bytes_rest is what is left of an object that a length bounds.
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
typedef unsigned short ct_octal;
typedef unsigned long ct_octal64;
typedef unsigned int ct_octal32;
typedef unsigned long ct_device;
typedef unsigned int ct_device32;
typedef unsigned int ct_id;
typedef unsigned long ct_word;
typedef unsigned int ct_word32;
typedef int ct_status;
typedef void (*ct_handler)(int sig);
typedef char ct_bytes_rest[0];
typedef unsigned int ct_names_statx_members;
typedef unsigned long ct_names_statx_attributes;
typedef long ct_names_filesystems;
typedef long ct_names_filesystem_flags;
typedef unsigned int ct_names_input_flags;
typedef unsigned int ct_names_output_flags;
typedef unsigned int ct_names_control_flags;
typedef unsigned int ct_names_local_flags;
typedef short ct_names_semaphore_flags;
typedef unsigned long ct_names_resource_limits;
typedef int ct_names_event_notification;
typedef int ct_names_signal_codes;
typedef int ct_names_child_codes;
typedef int ct_names_segment_codes;
typedef int ct_names_bus_codes;
typedef long ct_names_time_parts;
typedef unsigned long ct_names_clone3_flags;
typedef unsigned long ct_names_signals64;
typedef unsigned int ct_names_capability_set;
typedef unsigned int ct_names_capability_versions;
typedef short ct_names_interface_flags;
typedef int ct_names_inode_flags;
typedef unsigned int ct_names_io_uring_setup_flags;
typedef unsigned int ct_names_io_uring_features;
typedef unsigned int ct_names_perf_types;
typedef unsigned int ct_names_map_types;
typedef unsigned int ct_names_program_types;
typedef unsigned int ct_names_map_flags;
typedef unsigned long ct_names_element_flags;
typedef unsigned int ct_names_scheduling_policies;
typedef unsigned int ct_names_timex_modes;
typedef int ct_names_timex_status;
typedef unsigned long ct_names_mount_attributes;
typedef unsigned long ct_names_mount_flags;
typedef unsigned long ct_names_resolve_flags;
typedef unsigned long ct_names_landlock_files;
typedef unsigned long ct_names_landlock_networks;
typedef unsigned long ct_names_landlock_scopes;
typedef unsigned int ct_names_seccomp_actions;
typedef unsigned long ct_names_rw_hints;
typedef int ct_names_owner_types;
typedef int ct_names_tsc_modes;
typedef unsigned short ct_names_aio_commands;
typedef int ct_names_rwf;
typedef unsigned int ct_names_futex2_flags;
typedef long ct_names_mq_flags;
typedef int ct_names_mempolicy;
typedef int ct_names_socket_types;
typedef int ct_names_socket_protocols;
typedef int ct_names_families32;

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
struct ct_control {
	unsigned long cmsg_len;
};
typedef struct ct_control *ct_bytes_by_next_control;
struct user_msghdr {
	ct_bytes_by_next_sockaddr msg_name;
	int msg_namelen;
	ct_elements_by_next_iovec msg_iov;
	unsigned long msg_iovlen;
	ct_bytes_by_next_control msg_control;
	unsigned long msg_controllen;
	ct_names_message_flags msg_flags;
};
_Static_assert(sizeof(struct user_msghdr) == 56, "as sendmsg(2) takes it");

/* arch/x86: what rt_sigaction(2) takes, not what sigaction(3) does. */
struct sigaction {
	ct_handler sa_handler;
	ct_names_action_flags sa_flags;
	void (*sa_restorer)(void);
	sigset_t sa_mask;
};

/* include/uapi/asm-generic/siginfo.h */
struct siginfo {
	ct_names_signals si_signo;
	int si_errno;
	union {
		struct {
			ct_names_signal_codes si_code;
			char : 8, : 8, : 8, : 8;
			int si_pid;
			unsigned int si_uid;
			ct_sigval si_value;
		} other;
		struct {
			ct_names_child_codes si_code;
			char : 8, : 8, : 8, : 8;
			int si_pid;
			unsigned int si_uid;
			int si_status;
			char : 8, : 8, : 8, : 8;
			long si_utime;
			long si_stime;
		} SIGCHLD;
		struct {
			ct_names_segment_codes si_code;
			char : 8, : 8, : 8, : 8;
			void *si_addr;
		} SIGSEGV;
		struct {
			ct_names_bus_codes si_code;
			char : 8, : 8, : 8, : 8;
			void *si_addr;
		} SIGBUS;
		struct {
			ct_names_signal_codes si_code;
			char : 8, : 8, : 8, : 8;
			void *si_addr;
		} SIGILL, SIGFPE;
		struct {
			ct_names_signal_codes si_code;
			char : 8, : 8, : 8, : 8;
			long si_band;
			int si_fd;
		} SIGIO;
		struct {
			ct_names_signal_codes si_code;
			char : 8, : 8, : 8, : 8;
			void *si_call_addr;
			int si_syscall;
			unsigned int si_arch;
		} SIGSYS;
		int _whole[30];
	} __attribute__((packed)) ct_by_si_signo;
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
	ct_names_input_flags c_iflag;
	ct_names_output_flags c_oflag;
	ct_names_control_flags c_cflag;
	ct_names_local_flags c_lflag;
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

/* include/uapi/asm-generic/fcntl.h: F_SETOWN_EX */
struct f_owner_ex {
	ct_names_owner_types type;
	int pid;
};

/* include/uapi/linux/if.h: struct ifreq, as far as a request has it. */
struct ifreq {
	char ifr_name[16];
};
struct ifreq_index {
	char ifr_name[16];
	int ifr_ifindex;
};
struct ifreq_mtu {
	char ifr_name[16];
	int ifr_mtu;
};
struct ifreq_metric {
	char ifr_name[16];
	int ifr_metric;
};
struct ifreq_qlen {
	char ifr_name[16];
	int ifr_qlen;
};
struct ifreq_flags {
	char ifr_name[16];
	ct_names_interface_flags ifr_flags;
};
struct ifreq_address {
	ct_names_families sa_family;
	ct_be16 sin_port;
	ct_ipv4 sin_addr;
};
struct ifreq_addr {
	char ifr_name[16];
	struct ifreq_address ifr_addr;
};
struct ifreq_hardware {
	unsigned short sa_family;
	unsigned char sa_data[6];
};
struct ifreq_hwaddr {
	char ifr_name[16];
	struct ifreq_hardware ifr_hwaddr;
};
struct ifconf {
	int ifc_len;
	void *ifc_buf;
};

/* include/uapi/linux/filter.h */
struct sock_filter {
	ct_octal code;
	unsigned char jt;
	unsigned char jf;
	ct_word32 k;
};
typedef struct sock_filter *ct_elements_by_previous_filter;
struct sock_fprog {
	unsigned short len;
	ct_elements_by_previous_filter filter;
};

/* Values of options: socket(7), ip(7), ipv6(7), packet(7). */
struct linger {
	int l_onoff;
	int l_linger;
};
struct ucred {
	int pid;
	ct_id uid;
	ct_id gid;
};
struct ip_mreqn {
	ct_ipv4 imr_multiaddr;
	ct_ipv4 imr_address;
	int imr_ifindex;
};
struct ip_mreq_source {
	ct_ipv4 imr_multiaddr;
	ct_ipv4 imr_interface;
	ct_ipv4 imr_sourceaddr;
};
struct in_addr {
	ct_ipv4 s_addr;
};
struct ipv6_mreq {
	ct_ipv6 ipv6mr_multiaddr;
	int ipv6mr_interface;
};
struct packet_mreq {
	int mr_ifindex;
	unsigned short mr_type;
	unsigned short mr_alen;
	unsigned char mr_address[8];
};
struct tpacket_stats {
	unsigned int tp_packets;
	unsigned int tp_drops;
};
struct tcp_info {
	unsigned char tcpi_state;
	unsigned char tcpi_ca_state;
	unsigned char tcpi_retransmits;
	unsigned char tcpi_probes;
	unsigned char tcpi_backoff;
	unsigned char tcpi_options;
	unsigned char tcpi_snd_wscale : 4, tcpi_rcv_wscale : 4;
	unsigned char tcpi_delivery_rate_app_limited : 1,
	    tcpi_fastopen_client_fail : 2;
	unsigned int tcpi_rto;
	unsigned int tcpi_ato;
	unsigned int tcpi_snd_mss;
	unsigned int tcpi_rcv_mss;
	unsigned int tcpi_unacked;
	unsigned int tcpi_sacked;
	unsigned int tcpi_lost;
	unsigned int tcpi_retrans;
	unsigned int tcpi_fackets;
	unsigned int tcpi_last_data_sent;
	unsigned int tcpi_last_ack_sent;
	unsigned int tcpi_last_data_recv;
	unsigned int tcpi_last_ack_recv;
	unsigned int tcpi_pmtu;
	unsigned int tcpi_rcv_ssthresh;
	unsigned int tcpi_rtt;
	unsigned int tcpi_rttvar;
	unsigned int tcpi_snd_ssthresh;
	unsigned int tcpi_snd_cwnd;
	unsigned int tcpi_advmss;
	unsigned int tcpi_reordering;
	unsigned int tcpi_rcv_rtt;
	unsigned int tcpi_rcv_space;
	unsigned int tcpi_total_retrans;
};
_Static_assert(sizeof(struct tcp_info) == 104,
	       "the part that all kernels have");

/* msgop(2): the text has as many bytes as the call says. */
struct msgbuf {
	long mtype;
	ct_bytes_rest mtext;
};
/* mq_open(3) */
struct mq_attr {
	ct_names_mq_flags mq_flags;
	long mq_maxmsg;
	long mq_msgsize;
	long mq_curmsgs;
};

/* open_by_handle_at(2) */
struct file_handle {
	unsigned int handle_bytes;
	int handle_type;
};

/* timer_create(2) */
struct sigevent {
	ct_sigval sigev_value;
	ct_names_signals sigev_signo;
	ct_names_event_notification sigev_notify;
	int sigev_notify_thread_id;
	char : 8, : 8, : 8, : 8;
};
typedef struct sigevent sigevent_t;

/* pselect(2): the sixth argument. */
struct pselect_mask {
	const sigset_t *ss;
	unsigned long ss_len;
};

/* utimensat(2) */
struct utime_timespec {
	long tv_sec;
	ct_names_time_parts tv_nsec;
};

/* landlock_add_rule(2) */
struct __attribute__((packed)) landlock_path_beneath_attr {
	ct_names_landlock_files allowed_access;
	int parent_fd;
};
struct landlock_net_port_attr {
	ct_names_landlock_networks allowed_access;
	unsigned long port;
};

/*
 * union bpf_attr of include/uapi/linux/bpf.h, a struct for each command; what
 * is only ever 0 at the end of one is left out.
 */
struct bpf_map_create_attr {
	ct_names_map_types map_type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	ct_names_map_flags map_flags;
	unsigned int inner_map_fd;
	unsigned int numa_node;
	char map_name[16];
	unsigned int map_ifindex;
	unsigned int btf_fd;
	unsigned int btf_key_type_id;
	unsigned int btf_value_type_id;
	unsigned int btf_vmlinux_value_type_id;
	unsigned long map_extra;
	int value_type_btf_obj_fd;
	int map_token_fd;
};
struct bpf_element_attr {
	unsigned int map_fd;
	char : 8, : 8, : 8, : 8;
	ct_word key;
	ct_word value;
	ct_names_element_flags flags;
};
struct bpf_next_key_attr {
	unsigned int map_fd;
	char : 8, : 8, : 8, : 8;
	ct_word key;
	ct_word next_key;
};
struct bpf_batch_attr {
	ct_word in_batch;
	ct_word out_batch;
	ct_word keys;
	ct_word values;
	unsigned int count;
	unsigned int map_fd;
	ct_names_element_flags elem_flags;
	unsigned long flags;
};
struct bpf_prog_load_attr {
	ct_names_program_types prog_type;
	unsigned int insn_cnt;
	ct_word insns;
	const char *license;
	unsigned int log_level;
	unsigned int log_size;
	ct_word log_buf;
	unsigned int kern_version;
	unsigned int prog_flags;
	char prog_name[16];
	unsigned int prog_ifindex;
	unsigned int expected_attach_type;
	unsigned int prog_btf_fd;
	unsigned int func_info_rec_size;
	ct_word func_info;
	unsigned int func_info_cnt;
	unsigned int line_info_rec_size;
	ct_word line_info;
	unsigned int line_info_cnt;
	unsigned int attach_btf_id;
	unsigned int attach_prog_fd;
	unsigned int core_relo_cnt;
	ct_word fd_array;
	ct_word core_relos;
	unsigned int core_relo_rec_size;
	unsigned int log_true_size;
	int prog_token_fd;
};
struct bpf_object_attr {
	const char *pathname;
	unsigned int bpf_fd;
	unsigned int file_flags;
	int path_fd;
};
struct bpf_prog_attach_attr {
	unsigned int target_fd;
	unsigned int attach_bpf_fd;
	unsigned int attach_type;
	unsigned int attach_flags;
	unsigned int replace_bpf_fd;
	unsigned int relative_fd;
	unsigned long expected_revision;
};
struct bpf_test_run_attr {
	unsigned int prog_fd;
	unsigned int retval;
	unsigned int data_size_in;
	unsigned int data_size_out;
	ct_word data_in;
	ct_word data_out;
	unsigned int repeat;
	unsigned int duration;
	unsigned int ctx_size_in;
	unsigned int ctx_size_out;
	ct_word ctx_in;
	ct_word ctx_out;
	unsigned int flags;
	unsigned int cpu;
	unsigned int batch_size;
};
struct bpf_next_id_attr {
	unsigned int start_id;
	unsigned int next_id;
	unsigned int open_flags;
};
struct bpf_by_id_attr {
	unsigned int id;
	unsigned int next_id;
	unsigned int open_flags;
};
struct bpf_info_attr {
	unsigned int bpf_fd;
	unsigned int info_len;
	ct_word info;
};
struct bpf_query_attr {
	unsigned int target_fd;
	unsigned int attach_type;
	unsigned int query_flags;
	unsigned int attach_flags;
	ct_word prog_ids;
	unsigned int prog_cnt;
};
struct bpf_raw_tracepoint_attr {
	const char *name;
	unsigned int prog_fd;
};
struct bpf_btf_load_attr {
	ct_word btf;
	ct_word btf_log_buf;
	unsigned int btf_size;
	unsigned int btf_log_size;
	unsigned int btf_log_level;
};
struct bpf_task_query_attr {
	unsigned int pid;
	unsigned int fd;
	unsigned int flags;
	unsigned int buf_len;
	ct_word buf;
	unsigned int prog_id;
	unsigned int fd_type;
	unsigned long probe_offset;
	unsigned long probe_addr;
};
struct bpf_link_create_attr {
	unsigned int prog_fd;
	unsigned int target_fd;
	unsigned int attach_type;
	unsigned int flags;
};
struct bpf_link_update_attr {
	unsigned int link_fd;
	unsigned int new_prog_fd;
	unsigned int flags;
	unsigned int old_prog_fd;
};
struct bpf_fd_attr {
	unsigned int fd;
	unsigned int flags;
};
struct bpf_bind_attr {
	unsigned int prog_fd;
	unsigned int map_fd;
	unsigned int flags;
};
