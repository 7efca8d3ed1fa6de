# SPDX-License-Identifier: MIT
"""The system calls of x86-64 by name, for Python.

Made by scripts/generate-syscalls.
"""

from __future__ import annotations

from typing import NamedTuple


class Parameter(NamedTuple):
    """role: "path", "fd", "dirfd", "names" (flags, commands) and others, or
    "varies": it depends on another parameter what this one is."""

    name: str
    type: str
    role: str


class Row(NamedTuple):
    """result: "fd", "size", "address", "pid", "octal", "none", "number"."""

    number: int
    name: str
    result: str
    groups: frozenset[str]
    parameters: tuple[Parameter, ...]


# NUMBER NAME RESULT GROUP...; then its parameters, as NAME ROLE TYPE.
_TEXT = """\
0 read size desc
 fd fd unsigned int
 buf - char *
 count - size_t
1 write size desc
 fd fd unsigned int
 buf - const char *
 count - size_t
2 open fd file desc
 filename path const char *
 flags names int
 mode mode umode_t
3 close number desc
 fd fd unsigned int
4 stat number file
 filename path const char *
 statbuf - struct stat *
5 fstat number desc
 fd fd unsigned int
 statbuf - struct stat *
6 lstat number file
 filename path const char *
 statbuf - struct stat *
7 poll number desc
 ufds - struct pollfd *
 nfds - unsigned int
 timeout_msecs - int
8 lseek number desc
 fd fd unsigned int
 offset - off_t
 whence names unsigned int
9 mmap address desc memory
 addr address unsigned long
 len - unsigned long
 prot names unsigned long
 flags names unsigned long
 fd fd unsigned long
 off - unsigned long
10 mprotect number memory
 start address unsigned long
 len - size_t
 prot names unsigned long
11 munmap number memory
 addr address unsigned long
 len - size_t
12 brk address memory
 brk address unsigned long
13 rt_sigaction number signal
 sig names int
 act - const struct sigaction *
 oact - struct sigaction *
 sigsetsize - size_t
14 rt_sigprocmask number signal
 how names int
 nset - sigset_t *
 oset - sigset_t *
 sigsetsize - size_t
15 rt_sigreturn none signal
16 ioctl number desc
 fd fd unsigned int
 cmd names unsigned int
 arg varies unsigned long
17 pread64 size desc
 fd fd unsigned int
 buf - char *
 count - size_t
 pos - loff_t
18 pwrite64 size desc
 fd fd unsigned int
 buf - const char *
 count - size_t
 pos - loff_t
19 readv size desc
 fd fd unsigned long
 vec - const struct iovec *
 vlen - unsigned long
20 writev size desc
 fd fd unsigned long
 vec - const struct iovec *
 vlen - unsigned long
21 access number file
 filename path const char *
 mode names int
22 pipe number desc
 fildes - int *
23 select number desc
 n - int
 inp - fd_set *
 outp - fd_set *
 exp - fd_set *
 tvp - struct __kernel_old_timeval *
24 sched_yield number
25 mremap address memory
 addr address unsigned long
 old_len - unsigned long
 new_len - unsigned long
 flags names unsigned long
 new_addr address unsigned long
26 msync number memory
 start address unsigned long
 len - size_t
 flags names int
27 mincore number memory
 start address unsigned long
 len - size_t
 vec address unsigned char *
28 madvise number memory
 start address unsigned long
 len_in - size_t
 behavior names int
29 shmget number
 key varies key_t
 size - size_t
 shmflg names int
30 shmat address memory
 shmid - int
 shmaddr address char *
 shmflg names int
31 shmctl number
 shmid - int
 cmd names int
 buf - struct shmid_ds *
32 dup fd desc
 fildes fd unsigned int
33 dup2 fd desc
 oldfd fd unsigned int
 newfd fd unsigned int
34 pause number signal
35 nanosleep number
 rqtp - struct __kernel_timespec *
 rmtp - struct __kernel_timespec *
36 getitimer number
 which names int
 value - struct __kernel_old_itimerval *
37 alarm number
 seconds - unsigned int
38 setitimer number
 which names int
 value - struct __kernel_old_itimerval *
 ovalue - struct __kernel_old_itimerval *
39 getpid pid
40 sendfile size desc network
 out_fd fd int
 in_fd fd int
 offset - loff_t *
 count - size_t
41 socket fd network
 family names int
 type names int
 protocol varies int
42 connect number network
 fd fd int
 uservaddr - struct sockaddr *
 addrlen - int
43 accept fd network
 fd fd int
 upeer_sockaddr - struct sockaddr *
 upeer_addrlen - int *
44 sendto size network
 fd fd int
 buff - void *
 len - size_t
 flags names unsigned int
 addr - struct sockaddr *
 addr_len - int
45 recvfrom size network
 fd fd int
 ubuf - void *
 size - size_t
 flags names unsigned int
 addr - struct sockaddr *
 addr_len - int *
46 sendmsg size network
 fd fd int
 msg - struct user_msghdr *
 flags names unsigned int
47 recvmsg size network
 fd fd int
 msg - struct user_msghdr *
 flags names unsigned int
48 shutdown number network
 fd fd int
 how names int
49 bind number network
 fd fd int
 umyaddr - struct sockaddr *
 addrlen - int
50 listen number network
 fd fd int
 backlog - int
51 getsockname number network
 fd fd int
 usockaddr - struct sockaddr *
 usockaddr_len - int *
52 getpeername number network
 fd fd int
 usockaddr - struct sockaddr *
 usockaddr_len - int *
53 socketpair number network
 family names int
 type names int
 protocol varies int
 usockvec - int *
54 setsockopt number network
 fd fd int
 level names int
 optname varies int
 optval varies char *
 optlen - int
55 getsockopt number network
 fd fd int
 level names int
 optname varies int
 optval varies char *
 optlen - int *
56 clone pid process
 clone_flags names unsigned long
 newsp address unsigned long
 parent_tidptr - int *
 child_tidptr - int *
 tls address unsigned long
57 fork pid process
58 vfork pid process
59 execve number file process
 filename path const char *
 argv - const char *const *
 envp - const char *const *
60 exit none process
 error_code - int
61 wait4 pid process
 upid pid pid_t
 stat_addr - int *
 options names int
 ru - struct rusage *
62 kill number process signal
 pid pid pid_t
 sig names int
63 uname number
 name - struct new_utsname *
64 semget number
 key varies key_t
 nsems - int
 semflg names int
65 semop number
 semid - int
 tsops - struct sembuf *
 nsops - unsigned
66 semctl number
 semid - int
 semnum - int
 cmd names int
 arg varies unsigned long
67 shmdt number memory
 shmaddr address char *
68 msgget number
 key varies key_t
 msgflg names int
69 msgsnd number
 msqid - int
 msgp - struct msgbuf *
 msgsz - size_t
 msgflg names int
70 msgrcv size
 msqid - int
 msgp - struct msgbuf *
 msgsz - size_t
 msgtyp - long
 msgflg names int
71 msgctl number
 msqid - int
 cmd names int
 buf - struct msqid_ds *
72 fcntl number desc
 fd fd unsigned int
 cmd names unsigned int
 arg varies unsigned long
73 flock number desc
 fd fd unsigned int
 cmd names unsigned int
74 fsync number desc
 fd fd unsigned int
75 fdatasync number desc
 fd fd unsigned int
76 truncate number file
 path path const char *
 length - long
77 ftruncate number desc
 fd fd unsigned int
 length - off_t
78 getdents size desc
 fd fd unsigned int
 dirent - struct linux_dirent *
 count - unsigned int
79 getcwd size file
 buf - char *
 size - unsigned long
80 chdir number file
 filename path const char *
81 fchdir number desc
 fd fd unsigned int
82 rename number file
 oldname path const char *
 newname path const char *
83 mkdir number file
 pathname path const char *
 mode mode umode_t
84 rmdir number file
 pathname path const char *
85 creat fd file desc
 pathname path const char *
 mode mode umode_t
86 link number file
 oldname path const char *
 newname path const char *
87 unlink number file
 pathname path const char *
88 symlink number file
 oldname path const char *
 newname path const char *
89 readlink size file
 path path const char *
 buf - char *
 bufsiz - int
90 chmod number file
 filename path const char *
 mode mode umode_t
91 fchmod number desc
 fd fd unsigned int
 mode mode umode_t
92 chown number file
 filename path const char *
 user - uid_t
 group - gid_t
93 fchown number desc
 fd fd unsigned int
 user - uid_t
 group - gid_t
94 lchown number file
 filename path const char *
 user - uid_t
 group - gid_t
95 umask octal
 mask mode int
96 gettimeofday number
 tv - struct __kernel_old_timeval *
 tz - struct timezone *
97 getrlimit number
 resource names unsigned int
 rlim - struct rlimit *
98 getrusage number
 who names int
 ru - struct rusage *
99 sysinfo number
 info - struct sysinfo *
100 times number
 tbuf - struct tms *
101 ptrace number
 request names long
 pid pid long
 addr address unsigned long
 data address unsigned long
102 getuid number
103 syslog number
 type names int
 buf - char *
 len - int
104 getgid number
105 setuid number
 uid - uid_t
106 setgid number
 gid - gid_t
107 geteuid number
108 getegid number
109 setpgid number
 pid pid pid_t
 pgid pid pid_t
110 getppid pid
111 getpgrp pid
112 setsid pid
113 setreuid number
 ruid - uid_t
 euid - uid_t
114 setregid number
 rgid - gid_t
 egid - gid_t
115 getgroups number
 gidsetsize - int
 grouplist - gid_t *
116 setgroups number
 gidsetsize - int
 grouplist - gid_t *
117 setresuid number
 ruid - uid_t
 euid - uid_t
 suid - uid_t
118 getresuid number
 ruidp - uid_t *
 euidp - uid_t *
 suidp - uid_t *
119 setresgid number
 rgid - gid_t
 egid - gid_t
 sgid - gid_t
120 getresgid number
 rgidp - gid_t *
 egidp - gid_t *
 sgidp - gid_t *
121 getpgid pid
 pid pid pid_t
122 setfsuid number
 uid - uid_t
123 setfsgid number
 gid - gid_t
124 getsid pid
 pid pid pid_t
125 capget number
 header - cap_user_header_t
 dataptr - cap_user_data_t
126 capset number
 header - struct __user_cap_header_struct *
 data - const cap_user_data_t
127 rt_sigpending number signal
 uset - sigset_t *
 sigsetsize - size_t
128 rt_sigtimedwait number signal
 uthese - const sigset_t *
 uinfo - siginfo_t *
 uts - const struct __kernel_timespec *
 sigsetsize - size_t
129 rt_sigqueueinfo number process signal
 pid pid pid_t
 sig names int
 uinfo - siginfo_t *
130 rt_sigsuspend number signal
 unewset - sigset_t *
 sigsetsize - size_t
131 sigaltstack number signal
 uss - const stack_t *
 uoss - stack_t *
132 utime number file
 filename path char *
 times - struct utimbuf *
133 mknod number file
 filename path const char *
 mode names umode_t
 dev - unsigned
134 uselib number file
 library path const char *
135 personality number
 personality names unsigned int
136 ustat number
 dev - unsigned
 ubuf - struct ustat *
137 statfs number file
 pathname path const char *
 buf - struct statfs *
138 fstatfs number desc
 fd fd unsigned int
 buf - struct statfs *
139 sysfs number
 option - int
 arg1 - unsigned long
 arg2 - unsigned long
140 getpriority number
 which names int
 who - int
141 setpriority number
 which names int
 who - int
 niceval - int
142 sched_setparam number
 pid pid pid_t
 param - struct sched_param *
143 sched_getparam number
 pid pid pid_t
 param - struct sched_param *
144 sched_setscheduler number
 pid pid pid_t
 policy names int
 param - struct sched_param *
145 sched_getscheduler number
 pid pid pid_t
146 sched_get_priority_max number
 policy names int
147 sched_get_priority_min number
 policy names int
148 sched_rr_get_interval number
 pid pid pid_t
 interval - struct __kernel_timespec *
149 mlock number memory
 start address unsigned long
 len - size_t
150 munlock number memory
 start address unsigned long
 len - size_t
151 mlockall number memory
 flags names int
152 munlockall number memory
153 vhangup number
154 modify_ldt number
 func - int
 ptr - void *
 bytecount - unsigned long
155 pivot_root number file
 new_root path const char *
 put_old path const char *
156 _sysctl number
 args - struct __sysctl_args *
157 prctl number
 option names int
 arg2 varies unsigned long
 arg3 varies unsigned long
 arg4 - unsigned long
 arg5 varies unsigned long
158 arch_prctl number
 option names int
 arg2 varies unsigned long
159 adjtimex number
 txc_p - struct __kernel_timex *
160 setrlimit number
 resource names unsigned int
 rlim - struct rlimit *
161 chroot number file
 filename path const char *
162 sync number
163 acct number file
 name - const char *
164 settimeofday number
 tv - struct __kernel_old_timeval *
 tz - struct timezone *
165 mount number file
 dev_name - char *
 dir_name path char *
 type - char *
 flags names unsigned long
 data - const char *
166 umount2 number file
 name path char *
 flags names int
167 swapon number file
 specialfile path const char *
 swap_flags - int
168 swapoff number file
 specialfile path const char *
169 reboot number
 magic1 - int
 magic2 - int
 cmd names unsigned int
 arg - void *
170 sethostname number
 name - char *
 len - int
171 setdomainname number
 name - char *
 len - int
172 iopl number
 level - unsigned int
173 ioperm number
 from - unsigned long
 num - unsigned long
 turn_on - int
174 create_module number
 name - const char *
 size - size_t
175 init_module number
 umod - void *
 len - unsigned long
 uargs - const char *
176 delete_module number
 name_user - const char *
 flags names unsigned int
177 get_kernel_syms number
 table - void *
178 query_module number
 name - const char *
 which - int
 buf - void *
 bufsize - size_t
 ret - size_t *
179 quotactl number file
 cmd - unsigned int
 special path const char *
 id - qid_t
 addr - void *
180 nfsservctl number
 cmd - int
 argp - void *
 resp - void *
181 getpmsg number network
 fd fd int
 ctlptr - void *
 dataptr - void *
 bandp - int *
 flagsp - int *
182 putpmsg number network
 fd fd int
 ctlptr - void *
 dataptr - void *
 band - int
 flags - int
183 afs_syscall number
 syscall - long
 parm1 - long
 parm2 - long
 parm3 - long
 parm4 - long
184 tuxcall number
 arg1 - unsigned long
 arg2 - unsigned long
 arg3 - unsigned long
185 security number
 arg1 - unsigned long
 arg2 - unsigned long
 arg3 - unsigned long
186 gettid pid
187 readahead number desc
 fd fd int
 offset - loff_t
 count - size_t
188 setxattr number file
 pathname path const char *
 name - const char *
 value - const void *
 size - size_t
 flags names int
189 lsetxattr number file
 pathname path const char *
 name - const char *
 value - const void *
 size - size_t
 flags names int
190 fsetxattr number desc
 fd fd int
 name - const char *
 value - const void *
 size - size_t
 flags names int
191 getxattr size file
 pathname path const char *
 name - const char *
 value - void *
 size - size_t
192 lgetxattr size file
 pathname path const char *
 name - const char *
 value - void *
 size - size_t
193 fgetxattr size desc
 fd fd int
 name - const char *
 value - void *
 size - size_t
194 listxattr size file
 pathname path const char *
 list - char *
 size - size_t
195 llistxattr size file
 pathname path const char *
 list - char *
 size - size_t
196 flistxattr size desc
 fd fd int
 list - char *
 size - size_t
197 removexattr number file
 pathname path const char *
 name - const char *
198 lremovexattr number file
 pathname path const char *
 name - const char *
199 fremovexattr number desc
 fd fd int
 name - const char *
200 tkill number process signal
 pid pid pid_t
 sig names int
201 time number
 tloc - __kernel_old_time_t *
202 futex number
 uaddr - u32 *
 op names int
 val - u32
 utime varies const struct __kernel_timespec *
 uaddr2 - u32 *
 val3 varies u32
203 sched_setaffinity number
 pid pid pid_t
 len - unsigned int
 user_mask_ptr - unsigned long *
204 sched_getaffinity size
 pid pid pid_t
 len - unsigned int
 user_mask_ptr - unsigned long *
205 set_thread_area number
 u_info - struct user_desc *
206 io_setup number memory
 nr_events - unsigned
 ctxp - aio_context_t *
207 io_destroy number memory
 ctx - aio_context_t
208 io_getevents number
 ctx_id - aio_context_t
 min_nr - long
 nr - long
 events - struct io_event *
 timeout - struct __kernel_timespec *
209 io_submit number
 ctx_id - aio_context_t
 nr - long
 iocbpp - struct iocb **
210 io_cancel number
 ctx_id - aio_context_t
 iocb - struct iocb *
 result - struct io_event *
211 get_thread_area number
 u_info - struct user_desc *
212 lookup_dcookie number
 cookie64 - u64
 buf - char *
 len - size_t
213 epoll_create fd desc
 size - int
214 epoll_ctl_old number
 epfd fd int
 op - int
 fd fd int
 event - struct epoll_event *
215 epoll_wait_old number
 epfd fd int
 events - struct epoll_event *
 maxevents - int
216 remap_file_pages number memory
 start address unsigned long
 size - unsigned long
 prot names unsigned long
 pgoff - unsigned long
 flags names unsigned long
217 getdents64 size desc
 fd fd unsigned int
 dirent - struct linux_dirent64 *
 count - unsigned int
218 set_tid_address pid
 tidptr - int *
219 restart_syscall number
220 semtimedop number
 semid - int
 tsops - struct sembuf *
 nsops - unsigned int
 timeout - const struct __kernel_timespec *
221 fadvise64 number desc
 fd fd int
 offset - loff_t
 len - size_t
 advice names int
222 timer_create number
 which_clock names clockid_t
 timer_event_spec - struct sigevent *
 created_timer_id - timer_t *
223 timer_settime number
 timer_id - timer_t
 flags names int
 new_setting - const struct __kernel_itimerspec *
 old_setting - struct __kernel_itimerspec *
224 timer_gettime number
 timer_id - timer_t
 setting - struct __kernel_itimerspec *
225 timer_getoverrun number
 timer_id - timer_t
226 timer_delete number
 timer_id - timer_t
227 clock_settime number
 which_clock names clockid_t
 tp - const struct __kernel_timespec *
228 clock_gettime number
 which_clock names clockid_t
 tp - struct __kernel_timespec *
229 clock_getres number
 which_clock names clockid_t
 tp - struct __kernel_timespec *
230 clock_nanosleep number
 which_clock names clockid_t
 flags names int
 rqtp - const struct __kernel_timespec *
 rmtp - struct __kernel_timespec *
231 exit_group none process
 error_code - int
232 epoll_wait number desc
 epfd fd int
 events - struct epoll_event *
 maxevents - int
 timeout - int
233 epoll_ctl number desc
 epfd fd int
 op names int
 fd fd int
 event - struct epoll_event *
234 tgkill number process signal
 tgid pid pid_t
 pid pid pid_t
 sig names int
235 utimes number file
 filename path char *
 utimes - struct __kernel_old_timeval *
236 vserver number
 cmd - unsigned int
 id - unsigned int
 data - void *
237 mbind number memory
 start address unsigned long
 len - unsigned long
 mode names unsigned long
 nmask - const unsigned long *
 maxnode - unsigned long
 flags names unsigned int
238 set_mempolicy number memory
 mode names int
 nmask - const unsigned long *
 maxnode - unsigned long
239 get_mempolicy number memory
 policy - int *
 nmask - unsigned long *
 maxnode - unsigned long
 addr address unsigned long
 flags names unsigned long
240 mq_open fd desc
 u_name - const char *
 oflag names int
 mode mode umode_t
 u_attr - struct mq_attr *
241 mq_unlink number
 u_name - const char *
242 mq_timedsend number desc
 mqdes fd mqd_t
 u_msg_ptr - const char *
 msg_len - size_t
 msg_prio - unsigned int
 u_abs_timeout - const struct __kernel_timespec *
243 mq_timedreceive size desc
 mqdes fd mqd_t
 u_msg_ptr - char *
 msg_len - size_t
 u_msg_prio - unsigned int *
 u_abs_timeout - const struct __kernel_timespec *
244 mq_notify number desc
 mqdes fd mqd_t
 u_notification - const struct sigevent *
245 mq_getsetattr number desc
 mqdes fd mqd_t
 u_mqstat - const struct mq_attr *
 u_omqstat - struct mq_attr *
246 kexec_load number
 entry - unsigned long
 nr_segments - unsigned long
 segments - struct kexec_segment *
 flags - unsigned long
247 waitid number process
 which names int
 upid pid pid_t
 infop - struct siginfo *
 options names int
 ru - struct rusage *
248 add_key number
 _type - const char *
 _description - const char *
 _payload - const void *
 plen - size_t
 ringid names key_serial_t
249 request_key number
 _type - const char *
 _description - const char *
 _callout_info - const char *
 destringid names key_serial_t
250 keyctl number
 option names int
 arg2 varies unsigned long
 arg3 varies unsigned long
 arg4 varies unsigned long
 arg5 varies unsigned long
251 ioprio_set number
 which names int
 who - int
 ioprio names int
252 ioprio_get number
 which names int
 who - int
253 inotify_init fd desc
254 inotify_add_watch number file desc
 fd fd int
 pathname path const char *
 mask names u32
255 inotify_rm_watch number desc
 fd fd int
 wd - __s32
256 migrate_pages number memory
 pid pid pid_t
 maxnode - unsigned long
 old_nodes - const unsigned long *
 new_nodes - const unsigned long *
257 openat fd file desc
 dfd dirfd int
 filename path const char *
 flags names int
 mode mode umode_t
258 mkdirat number file desc
 dfd dirfd int
 pathname path const char *
 mode mode umode_t
259 mknodat number file desc
 dfd dirfd int
 filename path const char *
 mode names umode_t
 dev - unsigned int
260 fchownat number file desc
 dfd dirfd int
 filename path const char *
 user - uid_t
 group - gid_t
 flag names int
261 futimesat number file desc
 dfd dirfd int
 filename path const char *
 utimes - struct __kernel_old_timeval *
262 newfstatat number file desc
 dfd dirfd int
 filename path const char *
 statbuf - struct stat *
 flag names int
263 unlinkat number file desc
 dfd dirfd int
 pathname path const char *
 flag names int
264 renameat number file desc
 olddfd dirfd int
 oldname path const char *
 newdfd dirfd int
 newname path const char *
265 linkat number file desc
 olddfd dirfd int
 oldname path const char *
 newdfd dirfd int
 newname path const char *
 flags names int
266 symlinkat number file desc
 oldname path const char *
 newdfd dirfd int
 newname path const char *
267 readlinkat size file desc
 dfd dirfd int
 pathname path const char *
 buf - char *
 bufsiz - int
268 fchmodat number file desc
 dfd dirfd int
 filename path const char *
 mode mode umode_t
269 faccessat number file desc
 dfd dirfd int
 filename path const char *
 mode names int
270 pselect6 number desc
 n - int
 inp - fd_set *
 outp - fd_set *
 exp - fd_set *
 tsp - struct __kernel_timespec *
 sig - struct pselect_mask *
271 ppoll number desc
 ufds - struct pollfd *
 nfds - unsigned int
 tsp - struct __kernel_timespec *
 sigmask - const sigset_t *
 sigsetsize - size_t
272 unshare number
 unshare_flags names unsigned long
273 set_robust_list number
 head - struct robust_list_head *
 len - size_t
274 get_robust_list number
 pid - int
 head_ptr - struct robust_list_head **
 len_ptr - size_t *
275 splice size desc
 fd_in fd int
 off_in - loff_t *
 fd_out fd int
 off_out - loff_t *
 len - size_t
 flags names unsigned int
276 tee size desc
 fdin fd int
 fdout fd int
 len - size_t
 flags names unsigned int
277 sync_file_range number desc
 fd fd int
 offset - loff_t
 nbytes - loff_t
 flags names unsigned int
278 vmsplice size desc
 fd fd int
 uiov - const struct iovec *
 nr_segs - unsigned long
 flags names unsigned int
279 move_pages number memory
 pid pid pid_t
 nr_pages - unsigned long
 pages - const void **
 nodes - int *
 status - int *
 flags names int
280 utimensat number file desc
 dfd dirfd int
 filename path const char *
 utimes - struct utime_timespec *
 flags names int
281 epoll_pwait number desc
 epfd fd int
 events - struct epoll_event *
 maxevents - int
 timeout - int
 sigmask - const sigset_t *
 sigsetsize - size_t
282 signalfd fd desc signal
 ufd fd int
 user_mask - sigset_t *
 sizemask - size_t
283 timerfd_create fd desc
 clockid names int
 flags names int
284 eventfd fd desc
 count - unsigned int
285 fallocate number desc
 fd fd int
 mode names int
 offset - loff_t
 len - loff_t
286 timerfd_settime number desc
 ufd fd int
 flags names int
 utmr - const struct __kernel_itimerspec *
 otmr - struct __kernel_itimerspec *
287 timerfd_gettime number desc
 ufd fd int
 otmr - struct __kernel_itimerspec *
288 accept4 fd network
 fd fd int
 upeer_sockaddr - struct sockaddr *
 upeer_addrlen - int *
 flags names int
289 signalfd4 fd desc signal
 ufd fd int
 user_mask - sigset_t *
 sizemask - size_t
 flags names int
290 eventfd2 fd desc
 count - unsigned int
 flags names int
291 epoll_create1 fd desc
 flags names int
292 dup3 fd desc
 oldfd fd unsigned int
 newfd fd unsigned int
 flags names int
293 pipe2 number desc
 fildes - int *
 flags names int
294 inotify_init1 fd desc
 flags names int
295 preadv size desc
 fd fd unsigned long
 vec - const struct iovec *
 vlen - unsigned long
 pos_l - unsigned long
 pos_h - unsigned long
296 pwritev size desc
 fd fd unsigned long
 vec - const struct iovec *
 vlen - unsigned long
 pos_l - unsigned long
 pos_h - unsigned long
297 rt_tgsigqueueinfo number process signal
 tgid pid pid_t
 pid pid pid_t
 sig names int
 uinfo - siginfo_t *
298 perf_event_open fd desc
 attr_uptr - struct perf_event_attr *
 pid pid pid_t
 cpu - int
 group_fd fd int
 flags names unsigned long
299 recvmmsg number network
 fd fd int
 mmsg - struct mmsghdr *
 vlen - unsigned int
 flags names unsigned int
 timeout - struct __kernel_timespec *
300 fanotify_init fd desc
 flags names unsigned int
 event_f_flags names unsigned int
301 fanotify_mark number file desc
 fanotify_fd fd int
 flags names unsigned int
 mask names __u64
 dfd dirfd int
 pathname path const char *
302 prlimit64 number
 pid pid pid_t
 resource names unsigned int
 new_rlim - const struct rlimit64 *
 old_rlim - struct rlimit64 *
303 name_to_handle_at number file desc
 dfd dirfd int
 name - const char *
 handle - struct file_handle *
 mnt_id - void *
 flag names int
304 open_by_handle_at fd desc
 mountdirfd dirfd int
 handle - struct file_handle *
 flags names int
305 clock_adjtime number
 which_clock names clockid_t
 utx - struct __kernel_timex *
306 syncfs number desc
 fd fd int
307 sendmmsg number network
 fd fd int
 mmsg - struct mmsghdr *
 vlen - unsigned int
 flags names unsigned int
308 setns number desc
 fd fd int
 flags names int
309 getcpu number
 cpup - unsigned *
 nodep - unsigned *
 unused - struct getcpu_cache *
310 process_vm_readv size
 pid pid pid_t
 lvec - const struct iovec *
 liovcnt - unsigned long
 rvec - const struct iovec *
 riovcnt - unsigned long
 flags - unsigned long
311 process_vm_writev size
 pid pid pid_t
 lvec - const struct iovec *
 liovcnt - unsigned long
 rvec - const struct iovec *
 riovcnt - unsigned long
 flags - unsigned long
312 kcmp number
 pid1 pid pid_t
 pid2 pid pid_t
 type names int
 idx1 - unsigned long
 idx2 - unsigned long
313 finit_module number desc
 fd fd int
 uargs - const char *
 flags - int
314 sched_setattr number
 pid pid pid_t
 uattr - struct sched_attr *
 flags - unsigned int
315 sched_getattr number
 pid pid pid_t
 uattr - struct sched_attr *
 usize - unsigned int
 flags - unsigned int
316 renameat2 number file desc
 olddfd dirfd int
 oldname path const char *
 newdfd dirfd int
 newname path const char *
 flags names unsigned int
317 seccomp number
 op names unsigned int
 flags names unsigned int
 uargs varies void *
318 getrandom size
 ubuf - char *
 len - size_t
 flags names unsigned int
319 memfd_create fd desc
 uname - const char *
 flags names unsigned int
320 kexec_file_load number desc
 kernel_fd fd int
 initrd_fd fd int
 cmdline_len - unsigned long
 cmdline_ptr - const char *
 flags - unsigned long
321 bpf number desc
 cmd names int
 uattr varies union bpf_attr *
 size - unsigned int
322 execveat number file desc process
 fd dirfd int
 filename path const char *
 argv - const char *const *
 envp - const char *const *
 flags names int
323 userfaultfd fd desc
 flags names int
324 membarrier number
 cmd names int
 flags - unsigned int
 cpu_id - int
325 mlock2 number memory
 start address unsigned long
 len - size_t
 flags names int
326 copy_file_range size desc
 fd_in fd int
 off_in - loff_t *
 fd_out fd int
 off_out - loff_t *
 len - size_t
 flags - unsigned int
327 preadv2 size desc
 fd fd unsigned long
 vec - const struct iovec *
 vlen - unsigned long
 pos_l - unsigned long
 pos_h - unsigned long
 flags names rwf_t
328 pwritev2 size desc
 fd fd unsigned long
 vec - const struct iovec *
 vlen - unsigned long
 pos_l - unsigned long
 pos_h - unsigned long
 flags names rwf_t
329 pkey_mprotect number memory
 start address unsigned long
 len - size_t
 prot names unsigned long
 pkey - int
330 pkey_alloc number
 flags - unsigned long
 init_val names unsigned long
331 pkey_free number
 pkey - int
332 statx number file desc
 dfd dirfd int
 filename path const char *
 flags names unsigned
 mask names unsigned int
 buffer - struct statx *
333 io_pgetevents number
 ctx_id - aio_context_t
 min_nr - long
 nr - long
 events - struct io_event *
 timeout - struct __kernel_timespec *
 usig - const struct __aio_sigset *
334 rseq number
 rseq - struct rseq *
 rseq_len - u32
 flags names int
 sig - u32
335 uretprobe number
336 uprobe number
424 pidfd_send_signal number desc process signal
 pidfd fd int
 sig names int
 info - siginfo_t *
 flags - unsigned int
425 io_uring_setup fd desc
 entries - u32
 params - struct io_uring_params *
426 io_uring_enter number desc signal
 fd fd unsigned int
 to_submit - u32
 min_complete - u32
 flags names u32
 argp address const void *
 argsz - size_t
427 io_uring_register number desc memory
 fd fd unsigned int
 opcode names unsigned int
 arg - void *
 nr_args - unsigned int
428 open_tree fd file desc
 dfd dirfd int
 filename path const char *
 flags names unsigned
429 move_mount number file desc
 from_dfd dirfd int
 from_pathname path const char *
 to_dfd dirfd int
 to_pathname path const char *
 flags names unsigned int
430 fsopen fd desc
 _fs_name - const char *
 flags names unsigned int
431 fsconfig number file desc
 fd fd int
 cmd names unsigned int
 _key - const char *
 _value varies const void *
 aux - int
432 fsmount fd desc
 fs_fd fd int
 flags names unsigned int
 attr_flags names unsigned int
433 fspick fd file desc
 dfd dirfd int
 path path const char *
 flags names unsigned int
434 pidfd_open fd desc
 pid pid pid_t
 flags names unsigned int
435 clone3 pid process
 uargs - struct clone_args *
 size - size_t
436 close_range number
 fd fd unsigned int
 max_fd - unsigned int
 flags names unsigned int
437 openat2 fd file desc
 dfd dirfd int
 filename path const char *
 how - struct open_how *
 usize - size_t
438 pidfd_getfd fd desc
 pidfd fd int
 fd fd int
 flags - unsigned int
439 faccessat2 number file desc
 dfd dirfd int
 filename path const char *
 mode names int
 flags names int
440 process_madvise number desc
 pidfd fd int
 vec - const struct iovec *
 vlen - size_t
 behavior names int
 flags - unsigned int
441 epoll_pwait2 number desc
 epfd fd int
 events - struct epoll_event *
 maxevents - int
 timeout - const struct __kernel_timespec *
 sigmask - const sigset_t *
 sigsetsize - size_t
442 mount_setattr number file desc
 dfd dirfd int
 path path const char *
 flags names unsigned int
 uattr - struct mount_attr *
 usize - size_t
443 quotactl_fd number desc
 fd fd unsigned int
 cmd - unsigned int
 id - qid_t
 addr - void *
444 landlock_create_ruleset fd desc
 attr - const struct landlock_ruleset_attr *
 size - size_t
 flags names __u32
445 landlock_add_rule number desc
 ruleset_fd fd int
 rule_type names enum landlock_rule_type
 rule_attr varies const void *
 flags - __u32
446 landlock_restrict_self number desc
 ruleset_fd fd int
 flags - __u32
447 memfd_secret fd desc
 flags names unsigned int
448 process_mrelease number desc
 pidfd fd int
 flags - unsigned int
449 futex_waitv number
 waiters - struct futex_waitv *
 nr_futexes - unsigned int
 flags - unsigned int
 timeout - struct __kernel_timespec *
 clockid names clockid_t
450 set_mempolicy_home_node number memory
 start address unsigned long
 len - unsigned long
 home_node - unsigned long
 flags - unsigned long
451 cachestat number desc
 fd fd unsigned int
 cstat_range - struct cachestat_range *
 cstat - struct cachestat *
 flags - unsigned int
452 fchmodat2 number file desc
 dfd dirfd int
 filename path const char *
 mode mode umode_t
 flags names unsigned int
453 map_shadow_stack number memory
 addr address unsigned long
 size - unsigned long
 flags - unsigned int
454 futex_wake number
 uaddr address void *
 mask - unsigned long
 nr - int
 flags names unsigned int
455 futex_wait number
 uaddr address void *
 val - unsigned long
 mask - unsigned long
 flags names unsigned int
 timeout - struct __kernel_timespec *
 clockid names clockid_t
456 futex_requeue number
 waiters - struct futex_waitv *
 flags - unsigned int
 nr_wake - int
 nr_requeue - int
457 statmount number
 req - const struct mnt_id_req *
 buf - struct statmount *
 bufsize - size_t
 flags - unsigned int
458 listmount number
 req - const struct mnt_id_req *
 mnt_ids - u64 *
 nr_mnt_ids - size_t
 flags - unsigned int
459 lsm_get_self_attr number
 attr - unsigned int
 ctx - struct lsm_ctx *
 size - u32 *
 flags - u32
460 lsm_set_self_attr number
 attr - unsigned int
 ctx - struct lsm_ctx *
 size - u32
 flags - u32
461 lsm_list_modules number
 ids - u64 *
 size - u32 *
 flags - u32
462 mseal number memory
 start address unsigned long
 len - size_t
 flags - unsigned long
463 setxattrat number file desc
 dfd dirfd int
 pathname path const char *
 at_flags names unsigned int
 name - const char *
 uargs - const struct xattr_args *
 usize - size_t
464 getxattrat size file desc
 dfd dirfd int
 pathname path const char *
 at_flags names unsigned int
 name - const char *
 uargs - struct xattr_args *
 usize - size_t
465 listxattrat size file desc
 dfd dirfd int
 pathname path const char *
 at_flags names unsigned int
 list - char *
 size - size_t
466 removexattrat number file desc
 dfd dirfd int
 pathname path const char *
 at_flags names unsigned int
 name - const char *
467 open_tree_attr fd file desc
 dfd dirfd int
 filename path const char *
 flags names unsigned
 uattr - struct mount_attr *
 usize - size_t
468 file_getattr number file desc
 dfd dirfd int
 filename path const char *
 ufattr - struct file_attr *
 usize - size_t
 at_flags names unsigned int
469 file_setattr number file desc
 dfd dirfd int
 filename path const char *
 ufattr - struct file_attr *
 usize - size_t
 at_flags names unsigned int
"""


def _read() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    row = Row(0, "", "", frozenset(), ())
    for line in _TEXT.splitlines():
        words = line.split(None, 2)
        if line.startswith(" "):
            row = row._replace(parameters=row.parameters + (
                Parameter(words[0], words[2], words[1].strip("-")),))
        else:
            groups = words[2].split()
            row = Row(int(words[0]), words[1], groups[0],
                      frozenset(groups[1:]), ())
        rows[row.name] = row
    return rows


CALLS = _read()
