/* SPDX-License-Identifier: MIT */
/* Made by scripts/generate-syscalls. */
/* The kernel's types, from its own type information. */
typedef long unsigned int __kernel_ulong_t;
typedef __kernel_ulong_t __kernel_size_t;
typedef __kernel_size_t size_t;
typedef short unsigned int umode_t;
typedef long int __kernel_long_t;
struct stat {
	__kernel_ulong_t st_dev;
	__kernel_ulong_t st_ino;
	__kernel_ulong_t st_nlink;
	ct_names_file_modes st_mode;
	unsigned int st_uid;
	unsigned int st_gid;
	unsigned int __pad0;
	__kernel_ulong_t st_rdev;
	__kernel_long_t st_size;
	__kernel_long_t st_blksize;
	__kernel_long_t st_blocks;
	__kernel_ulong_t st_atime;
	__kernel_ulong_t st_atime_nsec;
	__kernel_ulong_t st_mtime;
	__kernel_ulong_t st_mtime_nsec;
	__kernel_ulong_t st_ctime;
	__kernel_ulong_t st_ctime_nsec;
	__kernel_long_t __unused[3];
};
_Static_assert(sizeof(struct stat) == 144, "stat");
struct pollfd {
	int fd;
	ct_names_poll_events events;
	ct_names_poll_events revents;
};
_Static_assert(sizeof(struct pollfd) == 8, "pollfd");
typedef __kernel_long_t __kernel_off_t;
typedef __kernel_off_t off_t;
typedef long long int __kernel_loff_t;
typedef __kernel_loff_t loff_t;
typedef struct {
	long unsigned int fds_bits[16];
} __kernel_fd_set;
typedef __kernel_fd_set fd_set;
struct __kernel_old_timeval {
	__kernel_long_t tv_sec;
	__kernel_long_t tv_usec;
};
_Static_assert(sizeof(struct __kernel_old_timeval) == 16, "__kernel_old_timeval");
typedef int __kernel_key_t;
typedef __kernel_key_t key_t;
typedef unsigned int __kernel_uid32_t;
typedef unsigned int __kernel_gid32_t;
typedef unsigned int __kernel_mode_t;
struct ipc64_perm {
	__kernel_key_t key;
	__kernel_uid32_t uid;
	__kernel_gid32_t gid;
	__kernel_uid32_t cuid;
	__kernel_gid32_t cgid;
	__kernel_mode_t mode;
	unsigned char __pad1[0];
	short unsigned int seq;
	short unsigned int __pad2;
	__kernel_ulong_t __unused1;
	__kernel_ulong_t __unused2;
};
_Static_assert(sizeof(struct ipc64_perm) == 48, "ipc64_perm");
typedef int __kernel_pid_t;
struct shmid_ds {
	struct ipc64_perm shm_perm;
	__kernel_size_t shm_segsz;
	long int shm_atime;
	long int shm_dtime;
	long int shm_ctime;
	__kernel_pid_t shm_cpid;
	__kernel_pid_t shm_lpid;
	long unsigned int shm_nattch;
	long unsigned int __unused4;
	long unsigned int __unused5;
};
_Static_assert(sizeof(struct shmid_ds) == 112, "shmid_ds");
typedef long long int __kernel_time64_t;
struct __kernel_timespec {
	__kernel_time64_t tv_sec;
	long long int tv_nsec;
};
_Static_assert(sizeof(struct __kernel_timespec) == 16, "__kernel_timespec");
struct __kernel_old_itimerval {
	struct __kernel_old_timeval it_interval;
	struct __kernel_old_timeval it_value;
};
_Static_assert(sizeof(struct __kernel_old_itimerval) == 32, "__kernel_old_itimerval");
typedef __kernel_pid_t pid_t;
struct rusage {
	struct __kernel_old_timeval ru_utime;
	struct __kernel_old_timeval ru_stime;
	__kernel_long_t ru_maxrss;
	__kernel_long_t ru_ixrss;
	__kernel_long_t ru_idrss;
	__kernel_long_t ru_isrss;
	__kernel_long_t ru_minflt;
	__kernel_long_t ru_majflt;
	__kernel_long_t ru_nswap;
	__kernel_long_t ru_inblock;
	__kernel_long_t ru_oublock;
	__kernel_long_t ru_msgsnd;
	__kernel_long_t ru_msgrcv;
	__kernel_long_t ru_nsignals;
	__kernel_long_t ru_nvcsw;
	__kernel_long_t ru_nivcsw;
};
_Static_assert(sizeof(struct rusage) == 144, "rusage");
struct new_utsname {
	char sysname[65];
	char nodename[65];
	char release[65];
	char version[65];
	char machine[65];
	char domainname[65];
};
_Static_assert(sizeof(struct new_utsname) == 390, "new_utsname");
struct sembuf {
	short unsigned int sem_num;
	short int sem_op;
	short int sem_flg;
};
_Static_assert(sizeof(struct sembuf) == 6, "sembuf");
struct msgbuf {
	__kernel_long_t mtype;
	char mtext[1];
};
_Static_assert(sizeof(struct msgbuf) == 16, "msgbuf");
struct msqid_ds {
	struct ipc64_perm msg_perm;
	long int msg_stime;
	long int msg_rtime;
	long int msg_ctime;
	long unsigned int msg_cbytes;
	long unsigned int msg_qnum;
	long unsigned int msg_qbytes;
	__kernel_pid_t msg_lspid;
	__kernel_pid_t msg_lrpid;
	long unsigned int __unused4;
	long unsigned int __unused5;
};
_Static_assert(sizeof(struct msqid_ds) == 120, "msqid_ds");
typedef __kernel_uid32_t uid_t;
typedef __kernel_gid32_t gid_t;
struct timezone {
	int tz_minuteswest;
	int tz_dsttime;
};
_Static_assert(sizeof(struct timezone) == 8, "timezone");
struct rlimit {
	__kernel_ulong_t rlim_cur;
	__kernel_ulong_t rlim_max;
};
_Static_assert(sizeof(struct rlimit) == 16, "rlimit");
typedef short unsigned int __u16;
typedef unsigned int __u32;
struct sysinfo {
	__kernel_long_t uptime;
	__kernel_ulong_t loads[3];
	__kernel_ulong_t totalram;
	__kernel_ulong_t freeram;
	__kernel_ulong_t sharedram;
	__kernel_ulong_t bufferram;
	__kernel_ulong_t totalswap;
	__kernel_ulong_t freeswap;
	__u16 procs;
	__u16 pad;
	__kernel_ulong_t totalhigh;
	__kernel_ulong_t freehigh;
	__u32 mem_unit;
	char _f[0];
};
_Static_assert(sizeof(struct sysinfo) == 112, "sysinfo");
typedef __kernel_long_t __kernel_clock_t;
struct tms {
	__kernel_clock_t tms_utime;
	__kernel_clock_t tms_stime;
	__kernel_clock_t tms_cutime;
	__kernel_clock_t tms_cstime;
};
_Static_assert(sizeof(struct tms) == 32, "tms");
typedef struct __user_cap_header_struct *cap_user_header_t;
struct __user_cap_header_struct {
	__u32 version;
	int pid;
};
_Static_assert(sizeof(struct __user_cap_header_struct) == 8, "__user_cap_header_struct");
typedef struct __user_cap_data_struct *cap_user_data_t;
struct __user_cap_data_struct {
	__u32 effective;
	__u32 permitted;
	__u32 inheritable;
};
_Static_assert(sizeof(struct __user_cap_data_struct) == 12, "__user_cap_data_struct");
struct sigaltstack {
	void *ss_sp;
	ct_names_stack_flags ss_flags;
	__kernel_size_t ss_size;
};
_Static_assert(sizeof(struct sigaltstack) == 24, "sigaltstack");
typedef struct sigaltstack stack_t;
typedef __kernel_long_t __kernel_old_time_t;
struct utimbuf {
	__kernel_old_time_t actime;
	__kernel_old_time_t modtime;
};
_Static_assert(sizeof(struct utimbuf) == 16, "utimbuf");
typedef int __kernel_daddr_t;
struct ustat {
	__kernel_daddr_t f_tfree;
	long unsigned int f_tinode;
	char f_fname[6];
	char f_fpack[6];
};
_Static_assert(sizeof(struct ustat) == 32, "ustat");
typedef struct {
	int val[2];
} __kernel_fsid_t;
struct statfs {
	__kernel_long_t f_type;
	__kernel_long_t f_bsize;
	__kernel_long_t f_blocks;
	__kernel_long_t f_bfree;
	__kernel_long_t f_bavail;
	__kernel_long_t f_files;
	__kernel_long_t f_ffree;
	__kernel_fsid_t f_fsid;
	__kernel_long_t f_namelen;
	__kernel_long_t f_frsize;
	__kernel_long_t f_flags;
	__kernel_long_t f_spare[4];
};
_Static_assert(sizeof(struct statfs) == 120, "statfs");
struct sched_param {
	int sched_priority;
};
_Static_assert(sizeof(struct sched_param) == 4, "sched_param");
struct __kernel_timex_timeval {
	__kernel_time64_t tv_sec;
	long long int tv_usec;
};
_Static_assert(sizeof(struct __kernel_timex_timeval) == 16, "__kernel_timex_timeval");
struct __kernel_timex {
	unsigned int modes;
	long long int offset;
	long long int freq;
	long long int maxerror;
	long long int esterror;
	int status;
	long long int constant;
	long long int precision;
	long long int tolerance;
	struct __kernel_timex_timeval time;
	long long int tick;
	long long int ppsfreq;
	long long int jitter;
	int shift;
	long long int stabil;
	long long int jitcnt;
	long long int calcnt;
	long long int errcnt;
	long long int stbcnt;
	int tai;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
	char : 8;
};
_Static_assert(sizeof(struct __kernel_timex) == 208, "__kernel_timex");
typedef __kernel_uid32_t qid_t;
typedef __u32 u32;
struct user_desc {
	unsigned int entry_number;
	unsigned int base_addr;
	unsigned int limit;
	unsigned int seg_32bit : 1;
	unsigned int contents : 2;
	unsigned int read_exec_only : 1;
	unsigned int limit_in_pages : 1;
	unsigned int seg_not_present : 1;
	unsigned int useable : 1;
	unsigned int lm : 1;
};
_Static_assert(sizeof(struct user_desc) == 16, "user_desc");
typedef __kernel_ulong_t aio_context_t;
typedef long long unsigned int __u64;
typedef long long int __s64;
struct io_event {
	__u64 data;
	__u64 obj;
	__s64 res;
	__s64 res2;
};
_Static_assert(sizeof(struct io_event) == 32, "io_event");
typedef int __kernel_rwf_t;
typedef short int __s16;
struct iocb {
	__u64 aio_data;
	__u32 aio_key;
	__kernel_rwf_t aio_rw_flags;
	__u16 aio_lio_opcode;
	__s16 aio_reqprio;
	__u32 aio_fildes;
	__u64 aio_buf;
	__u64 aio_nbytes;
	__s64 aio_offset;
	__u64 aio_reserved2;
	__u32 aio_flags;
	__u32 aio_resfd;
};
_Static_assert(sizeof(struct iocb) == 64, "iocb");
typedef __u64 u64;
struct __attribute__((packed)) epoll_event {
	ct_names_epoll_events events;
	__u64 data;
};
_Static_assert(sizeof(struct epoll_event) == 12, "epoll_event");
typedef int __kernel_clockid_t;
typedef __kernel_clockid_t clockid_t;
union sigval {
	int sival_int;
	void *sival_ptr;
};
_Static_assert(sizeof(union sigval) == 8, "sigval");
typedef union sigval sigval_t;
struct sigevent {
	sigval_t sigev_value;
	int sigev_signo;
	int sigev_notify;
	union {
		int _pad[12];
		int _tid;
		struct {
			void (*_function)();
			void *_attribute;
		} _sigev_thread;
	} _sigev_un;
};
_Static_assert(sizeof(struct sigevent) == 64, "sigevent");
typedef int __kernel_timer_t;
typedef __kernel_timer_t timer_t;
struct __kernel_itimerspec {
	struct __kernel_timespec it_interval;
	struct __kernel_timespec it_value;
};
_Static_assert(sizeof(struct __kernel_itimerspec) == 32, "__kernel_itimerspec");
struct mq_attr {
	__kernel_long_t mq_flags;
	__kernel_long_t mq_maxmsg;
	__kernel_long_t mq_msgsize;
	__kernel_long_t mq_curmsgs;
	__kernel_long_t __reserved[4];
};
_Static_assert(sizeof(struct mq_attr) == 64, "mq_attr");
typedef int __kernel_mqd_t;
typedef __kernel_mqd_t mqd_t;
typedef int __s32;
typedef __s32 s32;
typedef s32 int32_t;
typedef int32_t key_serial_t;
struct robust_list {
	struct robust_list *next;
};
_Static_assert(sizeof(struct robust_list) == 8, "robust_list");
struct robust_list_head {
	struct robust_list list;
	long int futex_offset;
	struct robust_list *list_op_pending;
};
_Static_assert(sizeof(struct robust_list_head) == 24, "robust_list_head");
struct perf_event_attr {
	__u32 type;
	__u32 size;
	__u64 config;
	union {
		__u64 sample_period;
		__u64 sample_freq;
	} ;
	__u64 sample_type;
	__u64 read_format;
	__u64 disabled : 1;
	__u64 inherit : 1;
	__u64 pinned : 1;
	__u64 exclusive : 1;
	__u64 exclude_user : 1;
	__u64 exclude_kernel : 1;
	__u64 exclude_hv : 1;
	__u64 exclude_idle : 1;
	__u64 mmap : 1;
	__u64 comm : 1;
	__u64 freq : 1;
	__u64 inherit_stat : 1;
	__u64 enable_on_exec : 1;
	__u64 task : 1;
	__u64 watermark : 1;
	__u64 precise_ip : 2;
	__u64 mmap_data : 1;
	__u64 sample_id_all : 1;
	__u64 exclude_host : 1;
	__u64 exclude_guest : 1;
	__u64 exclude_callchain_kernel : 1;
	__u64 exclude_callchain_user : 1;
	__u64 mmap2 : 1;
	__u64 comm_exec : 1;
	__u64 use_clockid : 1;
	__u64 context_switch : 1;
	__u64 write_backward : 1;
	__u64 namespaces : 1;
	__u64 ksymbol : 1;
	__u64 bpf_event : 1;
	__u64 aux_output : 1;
	__u64 cgroup : 1;
	__u64 text_poke : 1;
	__u64 build_id : 1;
	__u64 inherit_thread : 1;
	__u64 remove_on_exec : 1;
	__u64 sigtrap : 1;
	__u64 __reserved_1 : 26;
	union {
		__u32 wakeup_events;
		__u32 wakeup_watermark;
	} ;
	__u32 bp_type;
	union {
		__u64 bp_addr;
		__u64 kprobe_func;
		__u64 uprobe_path;
		__u64 config1;
	} ;
	union {
		__u64 bp_len;
		__u64 kprobe_addr;
		__u64 probe_offset;
		__u64 config2;
	} ;
	__u64 branch_sample_type;
	__u64 sample_regs_user;
	__u32 sample_stack_user;
	__s32 clockid;
	__u64 sample_regs_intr;
	__u32 aux_watermark;
	__u16 sample_max_stack;
	__u16 __reserved_2;
	__u32 aux_sample_size;
	union {
		__u32 aux_action;
		struct {
			__u32 aux_start_paused : 1;
			__u32 aux_pause : 1;
			__u32 aux_resume : 1;
			__u32 __reserved_3 : 29;
		} ;
	} ;
	__u64 sig_data;
	__u64 config3;
};
_Static_assert(sizeof(struct perf_event_attr) == 136, "perf_event_attr");
struct mmsghdr {
	struct user_msghdr msg_hdr;
	unsigned int msg_len;
};
_Static_assert(sizeof(struct mmsghdr) == 64, "mmsghdr");
struct rlimit64 {
	__u64 rlim_cur;
	__u64 rlim_max;
};
_Static_assert(sizeof(struct rlimit64) == 16, "rlimit64");
struct file_handle {
	__u32 handle_bytes;
	int handle_type;
	unsigned char f_handle[0];
};
_Static_assert(sizeof(struct file_handle) == 8, "file_handle");
struct getcpu_cache {
	long unsigned int blob[16];
};
_Static_assert(sizeof(struct getcpu_cache) == 128, "getcpu_cache");
struct sched_attr {
	__u32 size;
	__u32 sched_policy;
	__u64 sched_flags;
	__s32 sched_nice;
	__u32 sched_priority;
	__u64 sched_runtime;
	__u64 sched_deadline;
	__u64 sched_period;
	__u32 sched_util_min;
	__u32 sched_util_max;
};
_Static_assert(sizeof(struct sched_attr) == 56, "sched_attr");
union bpf_attr {
	struct {
		__u32 map_type;
		__u32 key_size;
		__u32 value_size;
		__u32 max_entries;
		__u32 map_flags;
		__u32 inner_map_fd;
		__u32 numa_node;
		char map_name[16];
		__u32 map_ifindex;
		__u32 btf_fd;
		__u32 btf_key_type_id;
		__u32 btf_value_type_id;
		__u32 btf_vmlinux_value_type_id;
		__u64 map_extra;
		__s32 value_type_btf_obj_fd;
		__s32 map_token_fd;
		__u64 excl_prog_hash;
		__u32 excl_prog_hash_size;
	} ;
	struct {
		__u32 map_fd;
		__u64 key;
		union {
			__u64 value;
			__u64 next_key;
		} ;
		__u64 flags;
	} ;
	struct {
		__u64 in_batch;
		__u64 out_batch;
		__u64 keys;
		__u64 values;
		__u32 count;
		__u32 map_fd;
		__u64 elem_flags;
		__u64 flags;
	} batch;
	struct {
		__u32 prog_type;
		__u32 insn_cnt;
		__u64 insns;
		__u64 license;
		__u32 log_level;
		__u32 log_size;
		__u64 log_buf;
		__u32 kern_version;
		__u32 prog_flags;
		char prog_name[16];
		__u32 prog_ifindex;
		__u32 expected_attach_type;
		__u32 prog_btf_fd;
		__u32 func_info_rec_size;
		__u64 func_info;
		__u32 func_info_cnt;
		__u32 line_info_rec_size;
		__u64 line_info;
		__u32 line_info_cnt;
		__u32 attach_btf_id;
		union {
			__u32 attach_prog_fd;
			__u32 attach_btf_obj_fd;
		} ;
		__u32 core_relo_cnt;
		__u64 fd_array;
		__u64 core_relos;
		__u32 core_relo_rec_size;
		__u32 log_true_size;
		__s32 prog_token_fd;
		__u32 fd_array_cnt;
		__u64 signature;
		__u32 signature_size;
		__s32 keyring_id;
	} ;
	struct {
		__u64 pathname;
		__u32 bpf_fd;
		__u32 file_flags;
		__s32 path_fd;
	} ;
	struct {
		union {
			__u32 target_fd;
			__u32 target_ifindex;
		} ;
		__u32 attach_bpf_fd;
		__u32 attach_type;
		__u32 attach_flags;
		__u32 replace_bpf_fd;
		union {
			__u32 relative_fd;
			__u32 relative_id;
		} ;
		__u64 expected_revision;
	} ;
	struct {
		__u32 prog_fd;
		__u32 retval;
		__u32 data_size_in;
		__u32 data_size_out;
		__u64 data_in;
		__u64 data_out;
		__u32 repeat;
		__u32 duration;
		__u32 ctx_size_in;
		__u32 ctx_size_out;
		__u64 ctx_in;
		__u64 ctx_out;
		__u32 flags;
		__u32 cpu;
		__u32 batch_size;
	} test;
	struct {
		union {
			__u32 start_id;
			__u32 prog_id;
			__u32 map_id;
			__u32 btf_id;
			__u32 link_id;
		} ;
		__u32 next_id;
		__u32 open_flags;
		__s32 fd_by_id_token_fd;
	} ;
	struct {
		__u32 bpf_fd;
		__u32 info_len;
		__u64 info;
	} info;
	struct {
		union {
			__u32 target_fd;
			__u32 target_ifindex;
		} ;
		__u32 attach_type;
		__u32 query_flags;
		__u32 attach_flags;
		__u64 prog_ids;
		union {
			__u32 prog_cnt;
			__u32 count;
		} ;
		__u64 prog_attach_flags;
		__u64 link_ids;
		__u64 link_attach_flags;
		__u64 revision;
	} query;
	struct {
		__u64 name;
		__u32 prog_fd;
		__u64 cookie;
	} raw_tracepoint;
	struct {
		__u64 btf;
		__u64 btf_log_buf;
		__u32 btf_size;
		__u32 btf_log_size;
		__u32 btf_log_level;
		__u32 btf_log_true_size;
		__u32 btf_flags;
		__s32 btf_token_fd;
	} ;
	struct {
		__u32 pid;
		__u32 fd;
		__u32 flags;
		__u32 buf_len;
		__u64 buf;
		__u32 prog_id;
		__u32 fd_type;
		__u64 probe_offset;
		__u64 probe_addr;
	} task_fd_query;
	struct {
		union {
			__u32 prog_fd;
			__u32 map_fd;
		} ;
		union {
			__u32 target_fd;
			__u32 target_ifindex;
		} ;
		__u32 attach_type;
		__u32 flags;
		union {
			__u32 target_btf_id;
			struct {
				__u64 iter_info;
				__u32 iter_info_len;
			} ;
			struct {
				__u64 bpf_cookie;
			} perf_event;
			struct {
				__u32 flags;
				__u32 cnt;
				__u64 syms;
				__u64 addrs;
				__u64 cookies;
			} kprobe_multi;
			struct {
				__u32 target_btf_id;
				__u64 cookie;
			} tracing;
			struct {
				__u32 pf;
				__u32 hooknum;
				__s32 priority;
				__u32 flags;
			} netfilter;
			struct {
				union {
					__u32 relative_fd;
					__u32 relative_id;
				} ;
				__u64 expected_revision;
			} tcx;
			struct {
				__u64 path;
				__u64 offsets;
				__u64 ref_ctr_offsets;
				__u64 cookies;
				__u32 cnt;
				__u32 flags;
				__u32 pid;
			} uprobe_multi;
			struct {
				union {
					__u32 relative_fd;
					__u32 relative_id;
				} ;
				__u64 expected_revision;
			} netkit;
			struct {
				union {
					__u32 relative_fd;
					__u32 relative_id;
				} ;
				__u64 expected_revision;
			} cgroup;
		} ;
	} link_create;
	struct {
		__u32 link_fd;
		union {
			__u32 new_prog_fd;
			__u32 new_map_fd;
		} ;
		__u32 flags;
		union {
			__u32 old_prog_fd;
			__u32 old_map_fd;
		} ;
	} link_update;
	struct {
		__u32 link_fd;
	} link_detach;
	struct {
		__u32 type;
	} enable_stats;
	struct {
		__u32 link_fd;
		__u32 flags;
	} iter_create;
	struct {
		__u32 prog_fd;
		__u32 map_fd;
		__u32 flags;
	} prog_bind_map;
	struct {
		__u32 flags;
		__u32 bpffs_fd;
	} token_create;
	struct {
		__u64 stream_buf;
		__u32 stream_buf_len;
		__u32 stream_id;
		__u32 prog_fd;
	} prog_stream_read;
};
_Static_assert(sizeof(union bpf_attr) == 168, "bpf_attr");
typedef __kernel_rwf_t rwf_t;
struct statx_timestamp {
	__s64 tv_sec;
	__u32 tv_nsec;
	__s32 __reserved;
};
_Static_assert(sizeof(struct statx_timestamp) == 16, "statx_timestamp");
struct statx {
	__u32 stx_mask;
	__u32 stx_blksize;
	__u64 stx_attributes;
	__u32 stx_nlink;
	__u32 stx_uid;
	__u32 stx_gid;
	ct_names_file_modes16 stx_mode;
	__u16 __spare0[1];
	__u64 stx_ino;
	__u64 stx_size;
	__u64 stx_blocks;
	__u64 stx_attributes_mask;
	struct statx_timestamp stx_atime;
	struct statx_timestamp stx_btime;
	struct statx_timestamp stx_ctime;
	struct statx_timestamp stx_mtime;
	__u32 stx_rdev_major;
	__u32 stx_rdev_minor;
	__u32 stx_dev_major;
	__u32 stx_dev_minor;
	__u64 stx_mnt_id;
	__u32 stx_dio_mem_align;
	__u32 stx_dio_offset_align;
	__u64 stx_subvol;
	__u32 stx_atomic_write_unit_min;
	__u32 stx_atomic_write_unit_max;
	__u32 stx_atomic_write_segments_max;
	__u32 stx_dio_read_offset_align;
	__u32 stx_atomic_write_unit_max_opt;
	__u32 __spare2[1];
	__u64 __spare3[8];
};
_Static_assert(sizeof(struct statx) == 256, "statx");
struct __aio_sigset {
	const sigset_t *sigmask;
	size_t sigsetsize;
};
_Static_assert(sizeof(struct __aio_sigset) == 16, "__aio_sigset");
struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
	__u32 node_id;
	__u32 mm_cid;
	char end[0];
};
_Static_assert(sizeof(struct rseq) == 32, "rseq");
struct io_sqring_offsets {
	__u32 head;
	__u32 tail;
	__u32 ring_mask;
	__u32 ring_entries;
	__u32 flags;
	__u32 dropped;
	__u32 array;
	__u32 resv1;
	__u64 user_addr;
};
_Static_assert(sizeof(struct io_sqring_offsets) == 40, "io_sqring_offsets");
struct io_cqring_offsets {
	__u32 head;
	__u32 tail;
	__u32 ring_mask;
	__u32 ring_entries;
	__u32 overflow;
	__u32 cqes;
	__u32 flags;
	__u32 resv1;
	__u64 user_addr;
};
_Static_assert(sizeof(struct io_cqring_offsets) == 40, "io_cqring_offsets");
struct io_uring_params {
	__u32 sq_entries;
	__u32 cq_entries;
	__u32 flags;
	__u32 sq_thread_cpu;
	__u32 sq_thread_idle;
	__u32 features;
	__u32 wq_fd;
	__u32 resv[3];
	struct io_sqring_offsets sq_off;
	struct io_cqring_offsets cq_off;
};
_Static_assert(sizeof(struct io_uring_params) == 120, "io_uring_params");
struct clone_args {
	ct_names_clone_flags flags;
	__u64 pidfd;
	__u64 child_tid;
	__u64 parent_tid;
	ct_names_clone_flags exit_signal;
	__u64 stack;
	__u64 stack_size;
	__u64 tls;
	__u64 set_tid;
	__u64 set_tid_size;
	__u64 cgroup;
};
_Static_assert(sizeof(struct clone_args) == 88, "clone_args");
struct open_how {
	ct_names_open_flags flags;
	__u64 mode;
	__u64 resolve;
};
_Static_assert(sizeof(struct open_how) == 24, "open_how");
struct mount_attr {
	__u64 attr_set;
	__u64 attr_clr;
	__u64 propagation;
	__u64 userns_fd;
};
_Static_assert(sizeof(struct mount_attr) == 32, "mount_attr");
struct landlock_ruleset_attr {
	__u64 handled_access_fs;
	__u64 handled_access_net;
	__u64 scoped;
};
_Static_assert(sizeof(struct landlock_ruleset_attr) == 24, "landlock_ruleset_attr");
enum landlock_rule_type {
	LANDLOCK_RULE_PATH_BENEATH = 1,
	LANDLOCK_RULE_NET_PORT = 2,
};
struct futex_waitv {
	__u64 val;
	__u64 uaddr;
	__u32 flags;
	__u32 __reserved;
};
_Static_assert(sizeof(struct futex_waitv) == 24, "futex_waitv");
struct cachestat_range {
	__u64 off;
	__u64 len;
};
_Static_assert(sizeof(struct cachestat_range) == 16, "cachestat_range");
struct cachestat {
	__u64 nr_cache;
	__u64 nr_dirty;
	__u64 nr_writeback;
	__u64 nr_evicted;
	__u64 nr_recently_evicted;
};
_Static_assert(sizeof(struct cachestat) == 40, "cachestat");
struct mnt_id_req {
	__u32 size;
	__u32 mnt_ns_fd;
	__u64 mnt_id;
	__u64 param;
	__u64 mnt_ns_id;
};
_Static_assert(sizeof(struct mnt_id_req) == 32, "mnt_id_req");
struct statmount {
	__u32 size;
	__u32 mnt_opts;
	__u64 mask;
	__u32 sb_dev_major;
	__u32 sb_dev_minor;
	__u64 sb_magic;
	__u32 sb_flags;
	__u32 fs_type;
	__u64 mnt_id;
	__u64 mnt_parent_id;
	__u32 mnt_id_old;
	__u32 mnt_parent_id_old;
	__u64 mnt_attr;
	__u64 mnt_propagation;
	__u64 mnt_peer_group;
	__u64 mnt_master;
	__u64 propagate_from;
	__u32 mnt_root;
	__u32 mnt_point;
	__u64 mnt_ns_id;
	__u32 fs_subtype;
	__u32 sb_source;
	__u32 opt_num;
	__u32 opt_array;
	__u32 opt_sec_num;
	__u32 opt_sec_array;
	__u64 supported_mask;
	__u32 mnt_uidmap_num;
	__u32 mnt_uidmap;
	__u32 mnt_gidmap_num;
	__u32 mnt_gidmap;
	__u64 __spare2[43];
	char str[0];
};
_Static_assert(sizeof(struct statmount) == 512, "statmount");
typedef unsigned char __u8;
struct lsm_ctx {
	__u64 id;
	__u64 flags;
	__u64 len;
	__u64 ctx_len;
	__u8 ctx[0];
};
_Static_assert(sizeof(struct lsm_ctx) == 32, "lsm_ctx");
struct xattr_args {
	__u64 value;
	__u32 size;
	__u32 flags;
};
_Static_assert(sizeof(struct xattr_args) == 16, "xattr_args");
struct file_attr {
	__u64 fa_xflags;
	__u32 fa_extsize;
	__u32 fa_nextents;
	__u32 fa_projid;
	__u32 fa_cowextsize;
};
_Static_assert(sizeof(struct file_attr) == 24, "file_attr");
