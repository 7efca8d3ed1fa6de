/* SPDX-License-Identifier: MIT */
/* Made by scripts/generate-syscalls. */
#include "syscall/table.h"

/* clang-format off */
static const struct ct_syscall_parameter open__1[] = {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
		{.name = "mode", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant open_variants[] = {
	{"open__1", {1, 0}, {0x400040, 0x0, 0x0, 0x0}, CT_RESULT_FD, NULL, open__1},
};
static const struct ct_syscall_parameter ioctl__1[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter ioctl__2[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter ioctl__3[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter ioctl__4[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter ioctl__5[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter ioctl__6[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter ioctl__7[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter ioctl__8[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter ioctl__9[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter ioctl__10[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .meaning = CT_MEANING_FD},
};
static const struct ct_syscall_parameter ioctl__11[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
};
static const struct ct_syscall_parameter ioctl__12[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .fixed = 1},
};
static const struct ct_syscall_parameter ioctl__13[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "flush_queues"},
};
static const struct ct_syscall_parameter ioctl__14[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "flow_actions"},
};
static const struct ct_syscall_parameter ioctl__15[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter ioctl__16[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__17[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__18[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__19[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__20[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__21[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__22[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__23[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter ioctl__24[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_variant ioctl_variants[] = {
	{"ioctl__1", {1, 0}, {0xffffffff, 0x5401, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__1},
	{"ioctl__2", {1, 0}, {0xffffffff, 0x5402, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__2},
	{"ioctl__2", {1, 0}, {0xffffffff, 0x5403, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__2},
	{"ioctl__2", {1, 0}, {0xffffffff, 0x5404, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__2},
	{"ioctl__3", {1, 0}, {0xffffffff, 0x5413, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__3},
	{"ioctl__4", {1, 0}, {0xffffffff, 0x5414, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__4},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x540f, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x5429, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x8904, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x541b, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x5411, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x80045430, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x5415, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x8905, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x5424, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x5419, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x80045440, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x80045438, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x80045439, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x8903, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x125e, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x1268, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x80081270, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__5", {1, 0}, {0xffffffff, 0x80045200, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__5},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5410, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5421, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5452, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x40045431, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x8902, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5420, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5416, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5417, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5418, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x5423, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x8901, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__6", {1, 0}, {0xffffffff, 0x125d, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__6},
	{"ioctl__7", {1, 0}, {0xffffffff, 0x80086601, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__7},
	{"ioctl__8", {1, 0}, {0xffffffff, 0x40086602, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__8},
	{"ioctl__9", {1, 0}, {0xffffffff, 0x80081272, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__9},
	{"ioctl__9", {1, 0}, {0xffffffff, 0x1260, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__9},
	{"ioctl__9", {1, 0}, {0xffffffff, 0x5460, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__9},
	{"ioctl__10", {1, 0}, {0xffffffff, 0x40049409, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__10},
	{"ioctl__11", {1, 0}, {0xffffffff, 0x5441, 0x0, 0x0}, CT_RESULT_FD, NULL, ioctl__11},
	{"ioctl__12", {1, 0}, {0xffffffff, 0x5412, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__12},
	{"ioctl__13", {1, 0}, {0xffffffff, 0x540b, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__13},
	{"ioctl__14", {1, 0}, {0xffffffff, 0x540a, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__14},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x5451, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x5450, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x540c, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x540d, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x5422, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x5427, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x5428, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0xc0045877, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0xc0045878, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x1261, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x125f, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x4c01, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__15", {1, 0}, {0xffffffff, 0x5437, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__15},
	{"ioctl__16", {1, 0}, {0xffffffff, 0x8933, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__16},
	{"ioctl__17", {1, 0}, {0xffffffff, 0x8910, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__17},
	{"ioctl__18", {1, 0}, {0xffffffff, 0x8921, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__18},
	{"ioctl__18", {1, 0}, {0xffffffff, 0x8922, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__18},
	{"ioctl__19", {1, 0}, {0xffffffff, 0x891d, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__19},
	{"ioctl__19", {1, 0}, {0xffffffff, 0x891e, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__19},
	{"ioctl__20", {1, 0}, {0xffffffff, 0x8942, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__20},
	{"ioctl__20", {1, 0}, {0xffffffff, 0x8943, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__20},
	{"ioctl__21", {1, 0}, {0xffffffff, 0x8913, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__21},
	{"ioctl__21", {1, 0}, {0xffffffff, 0x8914, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__21},
	{"ioctl__21", {1, 0}, {0xffffffff, 0x400454ca, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__21},
	{"ioctl__21", {1, 0}, {0xffffffff, 0x800454d2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__21},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x8915, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x8916, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x8917, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x8918, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x8919, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x891a, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x891b, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__22", {1, 0}, {0xffffffff, 0x891c, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__22},
	{"ioctl__23", {1, 0}, {0xffffffff, 0x8927, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__23},
	{"ioctl__23", {1, 0}, {0xffffffff, 0x8924, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__23},
	{"ioctl__24", {1, 0}, {0xffffffff, 0x8912, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, ioctl__24},
};
static const struct ct_syscall_parameter shmget__1[] = {
		{.name = "key", .meaning = CT_MEANING_NAMES, .names = "ipc_keys"},
		{.name = "size"},
		{.name = "shmflg", .meaning = CT_MEANING_NAMES, .names = "shmget_flags"},
};
static const struct ct_syscall_variant shmget_variants[] = {
	{"shmget__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, shmget__1},
};
static const struct ct_syscall_parameter shmctl__1[] = {
		{.name = "shmid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter shmctl__2[] = {
		{.name = "shmid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter shmctl__3[] = {
		{.name = "shmid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant shmctl_variants[] = {
	{"shmctl__1", {1, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, shmctl__1},
	{"shmctl__2", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, shmctl__2},
	{"shmctl__3", {1, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, shmctl__3},
};
static const struct ct_syscall_parameter socket__1[] = {
		{.name = "family", .meaning = CT_MEANING_NAMES, .names = "families"},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "socket_types"},
		{.name = "protocol", .meaning = CT_MEANING_NAMES, .names = "netlink_protocols"},
};
static const struct ct_syscall_parameter socket__2[] = {
		{.name = "family", .meaning = CT_MEANING_NAMES, .names = "families"},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "socket_types"},
		{.name = "protocol", .meaning = CT_MEANING_NAMES, .names = "packet_protocols"},
};
static const struct ct_syscall_parameter socket__3[] = {
		{.name = "family", .meaning = CT_MEANING_NAMES, .names = "families"},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "socket_types"},
		{.name = "protocol", .meaning = CT_MEANING_NAMES, .names = "socket_protocols"},
};
static const struct ct_syscall_variant socket_variants[] = {
	{"socket__1", {0, 0}, {0xffffffff, 0x10, 0x0, 0x0}, CT_RESULT_FD, NULL, socket__1},
	{"socket__2", {0, 0}, {0xffffffff, 0x11, 0x0, 0x0}, CT_RESULT_FD, NULL, socket__2},
	{"socket__3", {0, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_FD, NULL, socket__3},
	{"socket__3", {0, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_FD, NULL, socket__3},
};
static const struct ct_syscall_parameter socketpair__1[] = {
		{.name = "family", .meaning = CT_MEANING_NAMES, .names = "families"},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "socket_types"},
		{.name = "protocol", .meaning = CT_MEANING_NAMES, .names = "socket_protocols"},
		{.name = "usockvec", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .fixed = 2},
};
static const struct ct_syscall_variant socketpair_variants[] = {
	{"socketpair__1", {0, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, socketpair__1},
	{"socketpair__1", {0, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, socketpair__1},
};
static const struct ct_syscall_parameter setsockopt__1[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__2[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__3[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__4[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__5[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__6[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__7[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__8[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__9[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__10[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__11[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "tcp_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__12[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "tcp_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__13[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "tcp_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__14[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__15[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__16[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__17[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__18[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__19[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ipv6_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__20[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ipv6_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__21[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ipv6_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__22[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "udp_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__23[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "udp_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__24[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__25[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__26[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__27[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__28[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "netlink_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_parameter setsockopt__29[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "netlink_options"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
};
static const struct ct_syscall_variant setsockopt_variants[] = {
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x9}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xe}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xf}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x10}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1d}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1e}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x20}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x21}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x22}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x28}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2a}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2c}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2e}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x31}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3c}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3e}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4c}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4d}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x23}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3f}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x40}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x45}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1b}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x32}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4b}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x52}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x25}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x41}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x29}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2b}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2d}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x48}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4a}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x49}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x38}, CT_RESULT_NUMBER, NULL, setsockopt__1},
	{"setsockopt__2", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xd}, CT_RESULT_NUMBER, NULL, setsockopt__2},
	{"setsockopt__3", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, setsockopt__3},
	{"setsockopt__3", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, setsockopt__3},
	{"setsockopt__3", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x42}, CT_RESULT_NUMBER, NULL, setsockopt__3},
	{"setsockopt__3", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x43}, CT_RESULT_NUMBER, NULL, setsockopt__3},
	{"setsockopt__4", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1a}, CT_RESULT_NUMBER, NULL, setsockopt__4},
	{"setsockopt__4", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x33}, CT_RESULT_NUMBER, NULL, setsockopt__4},
	{"setsockopt__5", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, setsockopt__5},
	{"setsockopt__6", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1c}, CT_RESULT_NUMBER, NULL, setsockopt__6},
	{"setsockopt__7", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x39}, CT_RESULT_NUMBER, NULL, setsockopt__7},
	{"setsockopt__7", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x47}, CT_RESULT_NUMBER, NULL, setsockopt__7},
	{"setsockopt__8", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x27}, CT_RESULT_NUMBER, NULL, setsockopt__8},
	{"setsockopt__9", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x26}, CT_RESULT_NUMBER, NULL, setsockopt__9},
	{"setsockopt__10", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__10},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x4}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x9}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x10}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x18}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x19}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x1b}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x1e}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x22}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x25}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__11", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x2b}, CT_RESULT_NUMBER, NULL, setsockopt__11},
	{"setsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, setsockopt__12},
	{"setsockopt__13", {1, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__13},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xd}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xe}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xf}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x16}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x18}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x19}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x21}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x22}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__14", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x31}, CT_RESULT_NUMBER, NULL, setsockopt__14},
	{"setsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x23}, CT_RESULT_NUMBER, NULL, setsockopt__15},
	{"setsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, setsockopt__15},
	{"setsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x20}, CT_RESULT_NUMBER, NULL, setsockopt__15},
	{"setsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x27}, CT_RESULT_NUMBER, NULL, setsockopt__16},
	{"setsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x28}, CT_RESULT_NUMBER, NULL, setsockopt__16},
	{"setsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x26}, CT_RESULT_NUMBER, NULL, setsockopt__16},
	{"setsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x25}, CT_RESULT_NUMBER, NULL, setsockopt__16},
	{"setsockopt__17", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x50}, CT_RESULT_NUMBER, NULL, setsockopt__17},
	{"setsockopt__18", {1, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__18},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x10}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x16}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x18}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x19}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1a}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x31}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x33}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x38}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x35}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x3a}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x3c}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x3e}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x42}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x43}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x46}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x48}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x49}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x4b}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x4e}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1d}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__19", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, setsockopt__19},
	{"setsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, setsockopt__20},
	{"setsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, setsockopt__20},
	{"setsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1b}, CT_RESULT_NUMBER, NULL, setsockopt__20},
	{"setsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1c}, CT_RESULT_NUMBER, NULL, setsockopt__20},
	{"setsockopt__21", {1, 0}, {0xffffffff, 0x29, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__21},
	{"setsockopt__22", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__22},
	{"setsockopt__22", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x64}, CT_RESULT_NUMBER, NULL, setsockopt__22},
	{"setsockopt__22", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x65}, CT_RESULT_NUMBER, NULL, setsockopt__22},
	{"setsockopt__22", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x66}, CT_RESULT_NUMBER, NULL, setsockopt__22},
	{"setsockopt__22", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x67}, CT_RESULT_NUMBER, NULL, setsockopt__22},
	{"setsockopt__22", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x68}, CT_RESULT_NUMBER, NULL, setsockopt__22},
	{"setsockopt__23", {1, 0}, {0xffffffff, 0x11, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__23},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x9}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xe}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xf}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__24", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, setsockopt__24},
	{"setsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__25},
	{"setsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, setsockopt__25},
	{"setsockopt__26", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, setsockopt__26},
	{"setsockopt__27", {1, 0}, {0xffffffff, 0x107, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__27},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x4}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__28", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, setsockopt__28},
	{"setsockopt__29", {1, 0}, {0xffffffff, 0x10e, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, setsockopt__29},
};
static const struct ct_syscall_parameter getsockopt__1[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__2[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__3[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__4[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__5[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__6[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__7[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__8[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__9[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__10[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__11[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "socket_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__12[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "tcp_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__13[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "tcp_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__14[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "tcp_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__15[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__16[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__17[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__18[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__19[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ip_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__20[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ipv6_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__21[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ipv6_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__22[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "ipv6_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__23[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "udp_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__24[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "udp_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__25[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__26[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__27[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__28[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "packet_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__29[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "netlink_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter getsockopt__30[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname", .meaning = CT_MEANING_NAMES, .names = "netlink_options"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_variant getsockopt_variants[] = {
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x9}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xe}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xf}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x10}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1d}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1e}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x20}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x21}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x22}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x28}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2a}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2c}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2e}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x31}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3c}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3e}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4c}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4d}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x23}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3f}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x40}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x45}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1b}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x32}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4b}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x52}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x25}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x41}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x29}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2b}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x2d}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x48}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x4a}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x49}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__1", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x38}, CT_RESULT_NUMBER, NULL, getsockopt__1},
	{"getsockopt__2", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, getsockopt__2},
	{"getsockopt__3", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0xd}, CT_RESULT_NUMBER, NULL, getsockopt__3},
	{"getsockopt__4", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, getsockopt__4},
	{"getsockopt__4", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, getsockopt__4},
	{"getsockopt__4", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x42}, CT_RESULT_NUMBER, NULL, getsockopt__4},
	{"getsockopt__4", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x43}, CT_RESULT_NUMBER, NULL, getsockopt__4},
	{"getsockopt__5", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1a}, CT_RESULT_NUMBER, NULL, getsockopt__5},
	{"getsockopt__5", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x33}, CT_RESULT_NUMBER, NULL, getsockopt__5},
	{"getsockopt__6", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, getsockopt__6},
	{"getsockopt__7", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x1c}, CT_RESULT_NUMBER, NULL, getsockopt__7},
	{"getsockopt__8", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x39}, CT_RESULT_NUMBER, NULL, getsockopt__8},
	{"getsockopt__8", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x47}, CT_RESULT_NUMBER, NULL, getsockopt__8},
	{"getsockopt__9", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x27}, CT_RESULT_NUMBER, NULL, getsockopt__9},
	{"getsockopt__10", {1, 2}, {0xffffffff, 0x1, 0xffffffff, 0x26}, CT_RESULT_NUMBER, NULL, getsockopt__10},
	{"getsockopt__11", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__11},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x4}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x9}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x10}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x18}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x19}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x1b}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x1e}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x22}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x25}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__12", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0x2b}, CT_RESULT_NUMBER, NULL, getsockopt__12},
	{"getsockopt__13", {1, 2}, {0xffffffff, 0x6, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, getsockopt__13},
	{"getsockopt__14", {1, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__14},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xd}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xe}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0xf}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x16}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x18}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x19}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x21}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x22}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__15", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x31}, CT_RESULT_NUMBER, NULL, getsockopt__15},
	{"getsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x23}, CT_RESULT_NUMBER, NULL, getsockopt__16},
	{"getsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, getsockopt__16},
	{"getsockopt__16", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x20}, CT_RESULT_NUMBER, NULL, getsockopt__16},
	{"getsockopt__17", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x27}, CT_RESULT_NUMBER, NULL, getsockopt__17},
	{"getsockopt__17", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x28}, CT_RESULT_NUMBER, NULL, getsockopt__17},
	{"getsockopt__17", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x26}, CT_RESULT_NUMBER, NULL, getsockopt__17},
	{"getsockopt__17", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x25}, CT_RESULT_NUMBER, NULL, getsockopt__17},
	{"getsockopt__18", {1, 2}, {0xffffffff, 0x0, 0xffffffff, 0x50}, CT_RESULT_NUMBER, NULL, getsockopt__18},
	{"getsockopt__19", {1, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__19},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x10}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x16}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x18}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x19}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1a}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x31}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x33}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x38}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x35}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x3a}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x3c}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x3e}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x42}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x43}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x46}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x48}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x49}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x4b}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x4e}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1d}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__20", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x24}, CT_RESULT_NUMBER, NULL, getsockopt__20},
	{"getsockopt__21", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, getsockopt__21},
	{"getsockopt__21", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x15}, CT_RESULT_NUMBER, NULL, getsockopt__21},
	{"getsockopt__21", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1b}, CT_RESULT_NUMBER, NULL, getsockopt__21},
	{"getsockopt__21", {1, 2}, {0xffffffff, 0x29, 0xffffffff, 0x1c}, CT_RESULT_NUMBER, NULL, getsockopt__21},
	{"getsockopt__22", {1, 0}, {0xffffffff, 0x29, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__22},
	{"getsockopt__23", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__23},
	{"getsockopt__23", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x64}, CT_RESULT_NUMBER, NULL, getsockopt__23},
	{"getsockopt__23", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x65}, CT_RESULT_NUMBER, NULL, getsockopt__23},
	{"getsockopt__23", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x66}, CT_RESULT_NUMBER, NULL, getsockopt__23},
	{"getsockopt__23", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x67}, CT_RESULT_NUMBER, NULL, getsockopt__23},
	{"getsockopt__23", {1, 2}, {0xffffffff, 0x11, 0xffffffff, 0x68}, CT_RESULT_NUMBER, NULL, getsockopt__23},
	{"getsockopt__24", {1, 0}, {0xffffffff, 0x11, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__24},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x7}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x9}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xe}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0xf}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x11}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x12}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x13}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x14}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__25", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x17}, CT_RESULT_NUMBER, NULL, getsockopt__25},
	{"getsockopt__26", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__26},
	{"getsockopt__26", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, getsockopt__26},
	{"getsockopt__27", {1, 2}, {0xffffffff, 0x107, 0xffffffff, 0x6}, CT_RESULT_NUMBER, NULL, getsockopt__27},
	{"getsockopt__28", {1, 0}, {0xffffffff, 0x107, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__28},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x1}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x3}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x4}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x5}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0x8}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0xa}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0xb}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__29", {1, 2}, {0xffffffff, 0x10e, 0xffffffff, 0xc}, CT_RESULT_NUMBER, NULL, getsockopt__29},
	{"getsockopt__30", {1, 0}, {0xffffffff, 0x10e, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, getsockopt__30},
};
static const struct ct_syscall_parameter clone__1[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "child_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "tls", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter clone__2[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "child_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "tls", .meaning = CT_MEANING_ADDRESS},
};
static const struct ct_syscall_parameter clone__3[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "child_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "tls", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter clone__4[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "child_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "tls", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter clone__5[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "child_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "tls", .meaning = CT_MEANING_ADDRESS},
};
static const struct ct_syscall_parameter clone__6[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "child_tidptr", .meaning = CT_MEANING_UNUSED},
		{.name = "tls", .meaning = CT_MEANING_ADDRESS},
};
static const struct ct_syscall_parameter clone__7[] = {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "child_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "tls", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant clone_variants[] = {
	{"clone__1", {0, 0}, {0x1381000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__1},
	{"clone__2", {0, 0}, {0x1301000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__2},
	{"clone__3", {0, 0}, {0x181000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__3},
	{"clone__4", {0, 0}, {0x1280000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__4},
	{"clone__5", {0, 0}, {0x101000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__5},
	{"clone__6", {0, 0}, {0x1200000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__6},
	{"clone__7", {0, 0}, {0x80000, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, clone__7},
};
static const struct ct_syscall_parameter wait4__1[] = {
		{.name = "upid", .meaning = CT_MEANING_PID},
		{.name = "stat_addr", .direction = CT_DIRECTION_OUT, .positive = true},
		{.name = "options", .meaning = CT_MEANING_NAMES, .names = "wait_options"},
		{.name = "ru", .direction = CT_DIRECTION_OUT, .positive = true},
};
static const struct ct_syscall_variant wait4_variants[] = {
	{"wait4__1", {2, 0}, {0x0, 0x0, 0x0, 0x0}, CT_RESULT_PID, NULL, wait4__1},
};
static const struct ct_syscall_parameter semget__1[] = {
		{.name = "key", .meaning = CT_MEANING_NAMES, .names = "ipc_keys"},
		{.name = "nsems"},
		{.name = "semflg", .meaning = CT_MEANING_NAMES, .names = "ipc_flags"},
};
static const struct ct_syscall_variant semget_variants[] = {
	{"semget__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semget__1},
};
static const struct ct_syscall_parameter semctl__1[] = {
		{.name = "semid"},
		{.name = "semnum"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "semaphore_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter semctl__2[] = {
		{.name = "semid"},
		{.name = "semnum"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "semaphore_commands"},
		{.name = "arg"},
};
static const struct ct_syscall_variant semctl_variants[] = {
	{"semctl__1", {2, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semctl__1},
	{"semctl__1", {2, 0}, {0xffffffff, 0xc, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semctl__1},
	{"semctl__1", {2, 0}, {0xffffffff, 0xb, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semctl__1},
	{"semctl__1", {2, 0}, {0xffffffff, 0xe, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semctl__1},
	{"semctl__1", {2, 0}, {0xffffffff, 0xf, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semctl__1},
	{"semctl__2", {2, 0}, {0xffffffff, 0x10, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, semctl__2},
};
static const struct ct_syscall_parameter msgget__1[] = {
		{.name = "key", .meaning = CT_MEANING_NAMES, .names = "ipc_keys"},
		{.name = "msgflg", .meaning = CT_MEANING_NAMES, .names = "ipc_flags"},
};
static const struct ct_syscall_variant msgget_variants[] = {
	{"msgget__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, msgget__1},
};
static const struct ct_syscall_parameter msgctl__1[] = {
		{.name = "msqid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter msgctl__2[] = {
		{.name = "msqid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter msgctl__3[] = {
		{.name = "msqid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant msgctl_variants[] = {
	{"msgctl__1", {1, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, msgctl__1},
	{"msgctl__2", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, msgctl__2},
	{"msgctl__3", {1, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, msgctl__3},
};
static const struct ct_syscall_parameter fcntl__1[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .direction = CT_DIRECTION_INOUT},
};
static const struct ct_syscall_parameter fcntl__2[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter fcntl__3[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
};
static const struct ct_syscall_parameter fcntl__4[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "descriptor_flags"},
};
static const struct ct_syscall_parameter fcntl__5[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg"},
};
static const struct ct_syscall_parameter fcntl__6[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "seals"},
};
static const struct ct_syscall_parameter fcntl__7[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_PID},
};
static const struct ct_syscall_parameter fcntl__8[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "signals"},
};
static const struct ct_syscall_parameter fcntl__9[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "lease_types"},
};
static const struct ct_syscall_parameter fcntl__10[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_NAMES, .names = "notify_mask"},
};
static const struct ct_syscall_parameter fcntl__11[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg"},
};
static const struct ct_syscall_parameter fcntl__12[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_FD},
};
static const struct ct_syscall_parameter fcntl__13[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter fcntl__14[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter fcntl__15[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter fcntl__16[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter fcntl__17[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter fcntl__18[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter fcntl__19[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter fcntl__20[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter fcntl__21[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter fcntl__22[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant fcntl_variants[] = {
	{"fcntl__1", {1, 0}, {0xffffffff, 0x5, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__1},
	{"fcntl__1", {1, 0}, {0xffffffff, 0x24, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__1},
	{"fcntl__2", {1, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__2},
	{"fcntl__2", {1, 0}, {0xffffffff, 0x7, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__2},
	{"fcntl__2", {1, 0}, {0xffffffff, 0x25, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__2},
	{"fcntl__2", {1, 0}, {0xffffffff, 0x26, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__2},
	{"fcntl__3", {1, 0}, {0xffffffff, 0x4, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__3},
	{"fcntl__4", {1, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__4},
	{"fcntl__5", {1, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_FD, NULL, fcntl__5},
	{"fcntl__5", {1, 0}, {0xffffffff, 0x406, 0x0, 0x0}, CT_RESULT_FD, NULL, fcntl__5},
	{"fcntl__6", {1, 0}, {0xffffffff, 0x409, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__6},
	{"fcntl__7", {1, 0}, {0xffffffff, 0x8, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__7},
	{"fcntl__8", {1, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__8},
	{"fcntl__9", {1, 0}, {0xffffffff, 0x400, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__9},
	{"fcntl__10", {1, 0}, {0xffffffff, 0x402, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__10},
	{"fcntl__11", {1, 0}, {0xffffffff, 0x407, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__11},
	{"fcntl__12", {1, 0}, {0xffffffff, 0x403, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__12},
	{"fcntl__13", {1, 0}, {0xffffffff, 0xf, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__13},
	{"fcntl__14", {1, 0}, {0xffffffff, 0x10, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__14},
	{"fcntl__15", {1, 0}, {0xffffffff, 0x40c, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__15},
	{"fcntl__15", {1, 0}, {0xffffffff, 0x40e, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__15},
	{"fcntl__16", {1, 0}, {0xffffffff, 0x40b, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__16},
	{"fcntl__16", {1, 0}, {0xffffffff, 0x40d, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__16},
	{"fcntl__17", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NAMES, "descriptor_flags", fcntl__17},
	{"fcntl__18", {1, 0}, {0xffffffff, 0x3, 0x0, 0x0}, CT_RESULT_NAMES, "open_flags", fcntl__18},
	{"fcntl__19", {1, 0}, {0xffffffff, 0xb, 0x0, 0x0}, CT_RESULT_NAMES, "signals", fcntl__19},
	{"fcntl__20", {1, 0}, {0xffffffff, 0x401, 0x0, 0x0}, CT_RESULT_NAMES, "lease_types", fcntl__20},
	{"fcntl__21", {1, 0}, {0xffffffff, 0x40a, 0x0, 0x0}, CT_RESULT_NAMES, "seals", fcntl__21},
	{"fcntl__22", {1, 0}, {0xffffffff, 0x9, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__22},
	{"fcntl__22", {1, 0}, {0xffffffff, 0x408, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__22},
	{"fcntl__22", {1, 0}, {0xffffffff, 0x404, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fcntl__22},
};
static const struct ct_syscall_parameter syslog__1[] = {
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "syslog_actions"},
		{.name = "buf", .meaning = CT_MEANING_UNUSED},
		{.name = "len", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant syslog_variants[] = {
	{"syslog__1", {0, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
	{"syslog__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
	{"syslog__1", {0, 0}, {0xffffffff, 0x5, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
	{"syslog__1", {0, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
	{"syslog__1", {0, 0}, {0xffffffff, 0x7, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
	{"syslog__1", {0, 0}, {0xffffffff, 0x9, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
	{"syslog__1", {0, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, syslog__1},
};
static const struct ct_syscall_parameter prctl__1[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_IN},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__2[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_OUT},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__3[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "signals"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__4[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_OUT},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__5[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_OUT},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__6[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_OUT},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__7[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "tsc_modes"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__8[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_UNUSED},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__9[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "dumpable"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__10[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_UNUSED},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__11[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "securebits"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__12[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_UNUSED},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__13[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_UNUSED},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__14[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_WORD},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__15[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "capabilities"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__16[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "ambient_operations"},
		{.name = "arg3", .meaning = CT_MEANING_NAMES, .names = "capabilities"},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter prctl__17[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "seccomp_modes"},
		{.name = "arg3", .direction = CT_DIRECTION_IN},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__18[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "seccomp_modes"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__19[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "vma_options"},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter prctl__20[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "mm_options"},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter prctl__21[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "machine_check_options"},
		{.name = "arg3", .meaning = CT_MEANING_NAMES, .names = "machine_check_policies"},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter prctl__22[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_WORD},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter prctl__23[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "speculation_features"},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter prctl__24[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "speculation_features"},
		{.name = "arg3", .meaning = CT_MEANING_NAMES, .names = "speculation_states"},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter prctl__25[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "ptracers"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter prctl__26[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_OUT},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant prctl_variants[] = {
	{"prctl__1", {0, 0}, {0xffffffff, 0xf, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__1},
	{"prctl__2", {0, 0}, {0xffffffff, 0x10, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__2},
	{"prctl__3", {0, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__3},
	{"prctl__4", {0, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__4},
	{"prctl__5", {0, 0}, {0xffffffff, 0x25, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__5},
	{"prctl__5", {0, 0}, {0xffffffff, 0x13, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__5},
	{"prctl__5", {0, 0}, {0xffffffff, 0x9, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__5},
	{"prctl__5", {0, 0}, {0xffffffff, 0xb, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__5},
	{"prctl__5", {0, 0}, {0xffffffff, 0x5, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__5},
	{"prctl__6", {0, 0}, {0xffffffff, 0x19, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__6},
	{"prctl__7", {0, 0}, {0xffffffff, 0x1a, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__7},
	{"prctl__8", {0, 0}, {0xffffffff, 0x3, 0x0, 0x0}, CT_RESULT_NAMES, "dumpable", prctl__8},
	{"prctl__9", {0, 0}, {0xffffffff, 0x4, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__9},
	{"prctl__10", {0, 0}, {0xffffffff, 0x1b, 0x0, 0x0}, CT_RESULT_NAMES, "securebits", prctl__10},
	{"prctl__11", {0, 0}, {0xffffffff, 0x1c, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__11},
	{"prctl__12", {0, 0}, {0xffffffff, 0x15, 0x0, 0x0}, CT_RESULT_NAMES, "seccomp_modes", prctl__12},
	{"prctl__13", {0, 0}, {0xffffffff, 0x7, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__13},
	{"prctl__13", {0, 0}, {0xffffffff, 0xd, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__13},
	{"prctl__13", {0, 0}, {0xffffffff, 0x1e, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__13},
	{"prctl__13", {0, 0}, {0xffffffff, 0x1f, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__13},
	{"prctl__13", {0, 0}, {0xffffffff, 0x20, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__13},
	{"prctl__14", {0, 0}, {0xffffffff, 0x8, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0x1d, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0x24, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0xe, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0x14, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0xc, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__14", {0, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__14},
	{"prctl__15", {0, 0}, {0xffffffff, 0x17, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__15},
	{"prctl__15", {0, 0}, {0xffffffff, 0x18, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__15},
	{"prctl__16", {0, 0}, {0xffffffff, 0x2f, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__16},
	{"prctl__17", {0, 1}, {0xffffffff, 0x16, 0xffffffff, 0x2}, CT_RESULT_NUMBER, NULL, prctl__17},
	{"prctl__18", {0, 0}, {0xffffffff, 0x16, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__18},
	{"prctl__19", {0, 0}, {0xffffffff, 0x53564d41, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__19},
	{"prctl__20", {0, 0}, {0xffffffff, 0x23, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__20},
	{"prctl__21", {0, 0}, {0xffffffff, 0x21, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__21},
	{"prctl__22", {0, 0}, {0xffffffff, 0x22, 0x0, 0x0}, CT_RESULT_NAMES, "machine_check_policies", prctl__22},
	{"prctl__23", {0, 0}, {0xffffffff, 0x34, 0x0, 0x0}, CT_RESULT_NAMES, "speculation_states", prctl__23},
	{"prctl__24", {0, 0}, {0xffffffff, 0x35, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__24},
	{"prctl__25", {0, 0}, {0xffffffff, 0x59616d61, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__25},
	{"prctl__26", {0, 0}, {0xffffffff, 0x28, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, prctl__26},
};
static const struct ct_syscall_parameter arch_prctl__1[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "arch_prctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_OUT},
};
static const struct ct_syscall_parameter arch_prctl__2[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "arch_prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_ADDRESS},
};
static const struct ct_syscall_parameter arch_prctl__3[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "arch_prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant arch_prctl_variants[] = {
	{"arch_prctl__1", {0, 0}, {0xffffffff, 0x1003, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, arch_prctl__1},
	{"arch_prctl__1", {0, 0}, {0xffffffff, 0x1004, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, arch_prctl__1},
	{"arch_prctl__2", {0, 0}, {0xffffffff, 0x1002, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, arch_prctl__2},
	{"arch_prctl__2", {0, 0}, {0xffffffff, 0x1001, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, arch_prctl__2},
	{"arch_prctl__3", {0, 0}, {0xffffffff, 0x1011, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, arch_prctl__3},
};
static const struct ct_syscall_parameter futex__1[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2", .meaning = CT_MEANING_UNUSED},
		{.name = "val3", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter futex__2[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2", .meaning = CT_MEANING_UNUSED},
		{.name = "val3", .meaning = CT_MEANING_NAMES, .names = "futex_all"},
};
static const struct ct_syscall_parameter futex__3[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime", .meaning = CT_MEANING_UNUSED},
		{.name = "uaddr2", .meaning = CT_MEANING_UNUSED},
		{.name = "val3", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter futex__4[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime", .meaning = CT_MEANING_UNUSED},
		{.name = "uaddr2", .meaning = CT_MEANING_UNUSED},
		{.name = "val3", .meaning = CT_MEANING_NAMES, .names = "futex_all"},
};
static const struct ct_syscall_parameter futex__5[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val", .meaning = CT_MEANING_UNUSED},
		{.name = "utime"},
		{.name = "uaddr2", .meaning = CT_MEANING_UNUSED},
		{.name = "val3", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter futex__6[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val", .meaning = CT_MEANING_UNUSED},
		{.name = "utime", .meaning = CT_MEANING_UNUSED},
		{.name = "uaddr2", .meaning = CT_MEANING_UNUSED},
		{.name = "val3", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter futex__7[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2"},
		{.name = "val3", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter futex__8[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2"},
		{.name = "val3"},
};
static const struct ct_syscall_parameter futex__9[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2"},
		{.name = "val3", .meaning = CT_MEANING_WORD},
};
static const struct ct_syscall_parameter futex__10[] = {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2"},
		{.name = "val3", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant futex_variants[] = {
	{"futex__1", {1, 0}, {0x7f, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__1},
	{"futex__2", {1, 0}, {0x7f, 0x9, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__2},
	{"futex__3", {1, 0}, {0x7f, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__3},
	{"futex__4", {1, 0}, {0x7f, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__4},
	{"futex__5", {1, 0}, {0x7f, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__5},
	{"futex__5", {1, 0}, {0x7f, 0xd, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__5},
	{"futex__6", {1, 0}, {0x7f, 0x7, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__6},
	{"futex__6", {1, 0}, {0x7f, 0x8, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__6},
	{"futex__7", {1, 0}, {0x7f, 0x3, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__7},
	{"futex__8", {1, 0}, {0x7f, 0x4, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__8},
	{"futex__8", {1, 0}, {0x7f, 0xc, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__8},
	{"futex__9", {1, 0}, {0x7f, 0x5, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__9},
	{"futex__10", {1, 0}, {0x7f, 0xb, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, futex__10},
};
static const struct ct_syscall_parameter get_mempolicy__1[] = {
		{.name = "policy", .direction = CT_DIRECTION_OUT},
		{.name = "nmask", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BITS, .length = 3},
		{.name = "maxnode"},
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mempolicy_get"},
};
static const struct ct_syscall_variant get_mempolicy_variants[] = {
	{"get_mempolicy__1", {4, 0}, {0x0, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, get_mempolicy__1},
};
static const struct ct_syscall_parameter mq_open__1[] = {
		{.name = "u_name"},
		{.name = "oflag", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
		{.name = "mode", .meaning = CT_MEANING_UNUSED},
		{.name = "u_attr", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant mq_open_variants[] = {
	{"mq_open__1", {1, 0}, {0x40, 0x0, 0x0, 0x0}, CT_RESULT_FD, NULL, mq_open__1},
};
static const struct ct_syscall_parameter keyctl__1[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3"},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter keyctl__2[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .direction = CT_DIRECTION_IN},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter keyctl__3[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 4},
		{.name = "arg4"},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter keyctl__4[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 4, .by_result = true},
		{.name = "arg4"},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter keyctl__5[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3", .meaning = CT_MEANING_UNUSED},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter keyctl__6[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_parameter keyctl__7[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3", .direction = CT_DIRECTION_IN},
		{.name = "arg4", .direction = CT_DIRECTION_IN},
		{.name = "arg5", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
};
static const struct ct_syscall_parameter keyctl__8[] = {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_UNUSED},
		{.name = "arg5", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant keyctl_variants[] = {
	{"keyctl__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__1},
	{"keyctl__2", {0, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__2},
	{"keyctl__3", {0, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__3},
	{"keyctl__4", {0, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_SIZE, NULL, keyctl__4},
	{"keyctl__4", {0, 0}, {0xffffffff, 0xb, 0x0, 0x0}, CT_RESULT_SIZE, NULL, keyctl__4},
	{"keyctl__4", {0, 0}, {0xffffffff, 0x11, 0x0, 0x0}, CT_RESULT_SIZE, NULL, keyctl__4},
	{"keyctl__5", {0, 0}, {0xffffffff, 0x3, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__5},
	{"keyctl__5", {0, 0}, {0xffffffff, 0x7, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__5},
	{"keyctl__5", {0, 0}, {0xffffffff, 0x15, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__5},
	{"keyctl__6", {0, 0}, {0xffffffff, 0x8, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__6},
	{"keyctl__6", {0, 0}, {0xffffffff, 0x9, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__6},
	{"keyctl__7", {0, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__7},
	{"keyctl__8", {0, 0}, {0xffffffff, 0x5, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__8},
	{"keyctl__8", {0, 0}, {0xffffffff, 0xf, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, keyctl__8},
};
static const struct ct_syscall_parameter openat__1[] = {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
		{.name = "mode", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant openat_variants[] = {
	{"openat__1", {2, 0}, {0x400040, 0x0, 0x0, 0x0}, CT_RESULT_FD, NULL, openat__1},
};
static const struct ct_syscall_parameter seccomp__1[] = {
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "seccomp_operations"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "seccomp_flags"},
		{.name = "uargs", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter seccomp__2[] = {
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "seccomp_operations"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "seccomp_flags"},
		{.name = "uargs", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_parameter seccomp__3[] = {
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "seccomp_operations"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "seccomp_flags"},
		{.name = "uargs", .direction = CT_DIRECTION_IN},
};
static const struct ct_syscall_variant seccomp_variants[] = {
	{"seccomp__1", {0, 1}, {0xffffffff, 0x1, 0x8, 0x8}, CT_RESULT_FD, NULL, seccomp__1},
	{"seccomp__2", {0, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, seccomp__2},
	{"seccomp__3", {0, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, seccomp__3},
};
static const struct ct_syscall_parameter bpf__1[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__2[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__3[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__4[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__5[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__6[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__7[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__8[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__9[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__10[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__11[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__12[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__13[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__14[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__15[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__16[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__17[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__18[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__19[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__20[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_parameter bpf__21[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "size"},
};
static const struct ct_syscall_variant bpf_variants[] = {
	{"bpf__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__1},
	{"bpf__2", {0, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__2},
	{"bpf__2", {0, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__2},
	{"bpf__2", {0, 0}, {0xffffffff, 0x3, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__2},
	{"bpf__2", {0, 0}, {0xffffffff, 0x15, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__2},
	{"bpf__2", {0, 0}, {0xffffffff, 0x16, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__2},
	{"bpf__3", {0, 0}, {0xffffffff, 0x4, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__3},
	{"bpf__4", {0, 0}, {0xffffffff, 0x18, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__4},
	{"bpf__4", {0, 0}, {0xffffffff, 0x19, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__4},
	{"bpf__4", {0, 0}, {0xffffffff, 0x1a, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__4},
	{"bpf__4", {0, 0}, {0xffffffff, 0x1b, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__4},
	{"bpf__5", {0, 0}, {0xffffffff, 0x5, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__5},
	{"bpf__6", {0, 0}, {0xffffffff, 0x6, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__6},
	{"bpf__7", {0, 0}, {0xffffffff, 0x7, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__7},
	{"bpf__8", {0, 0}, {0xffffffff, 0x8, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__8},
	{"bpf__8", {0, 0}, {0xffffffff, 0x9, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__8},
	{"bpf__9", {0, 0}, {0xffffffff, 0xa, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__9},
	{"bpf__10", {0, 0}, {0xffffffff, 0xb, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__10},
	{"bpf__10", {0, 0}, {0xffffffff, 0xc, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__10},
	{"bpf__10", {0, 0}, {0xffffffff, 0x17, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__10},
	{"bpf__10", {0, 0}, {0xffffffff, 0x1f, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__10},
	{"bpf__11", {0, 0}, {0xffffffff, 0xd, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__11},
	{"bpf__11", {0, 0}, {0xffffffff, 0xe, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__11},
	{"bpf__11", {0, 0}, {0xffffffff, 0x13, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__11},
	{"bpf__11", {0, 0}, {0xffffffff, 0x1e, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__11},
	{"bpf__12", {0, 0}, {0xffffffff, 0xf, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__12},
	{"bpf__13", {0, 0}, {0xffffffff, 0x10, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__13},
	{"bpf__14", {0, 0}, {0xffffffff, 0x11, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__14},
	{"bpf__15", {0, 0}, {0xffffffff, 0x12, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__15},
	{"bpf__16", {0, 0}, {0xffffffff, 0x14, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__16},
	{"bpf__17", {0, 0}, {0xffffffff, 0x1c, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__17},
	{"bpf__18", {0, 0}, {0xffffffff, 0x1d, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__18},
	{"bpf__19", {0, 0}, {0xffffffff, 0x20, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__19},
	{"bpf__19", {0, 0}, {0xffffffff, 0x21, 0x0, 0x0}, CT_RESULT_FD, NULL, bpf__19},
	{"bpf__20", {0, 0}, {0xffffffff, 0x22, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__20},
	{"bpf__21", {0, 0}, {0xffffffff, 0x23, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, bpf__21},
};
static const struct ct_syscall_parameter membarrier__1[] = {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "membarrier"},
		{.name = "flags"},
		{.name = "cpu_id", .meaning = CT_MEANING_UNUSED},
};
static const struct ct_syscall_variant membarrier_variants[] = {
	{"membarrier__1", {0, 0}, {0xffffffff, 0x0, 0x0, 0x0}, CT_RESULT_NAMES, "membarrier_commands", membarrier__1},
};
static const struct ct_syscall_parameter fsconfig__1[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fsconfig_commands"},
		{.name = "_key"},
		{.name = "_value", .direction = CT_DIRECTION_IN},
		{.name = "aux"},
};
static const struct ct_syscall_parameter fsconfig__2[] = {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fsconfig_commands"},
		{.name = "_key"},
		{.name = "_value", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "aux"},
};
static const struct ct_syscall_variant fsconfig_variants[] = {
	{"fsconfig__1", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fsconfig__1},
	{"fsconfig__1", {1, 0}, {0xffffffff, 0x3, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fsconfig__1},
	{"fsconfig__1", {1, 0}, {0xffffffff, 0x4, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fsconfig__1},
	{"fsconfig__2", {1, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, fsconfig__2},
};
static const struct ct_syscall_parameter landlock_create_ruleset__1[] = {
		{.name = "attr", .meaning = CT_MEANING_UNUSED},
		{.name = "size", .meaning = CT_MEANING_UNUSED},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "landlock_flags"},
};
static const struct ct_syscall_variant landlock_create_ruleset_variants[] = {
	{"landlock_create_ruleset__1", {2, 0}, {0x3, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, landlock_create_ruleset__1},
	{"landlock_create_ruleset__1", {2, 0}, {0x3, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, landlock_create_ruleset__1},
};
static const struct ct_syscall_parameter landlock_add_rule__1[] = {
		{.name = "ruleset_fd", .meaning = CT_MEANING_FD},
		{.name = "rule_type", .meaning = CT_MEANING_NAMES, .names = "landlock_rules"},
		{.name = "rule_attr", .direction = CT_DIRECTION_IN},
		{.name = "flags"},
};
static const struct ct_syscall_parameter landlock_add_rule__2[] = {
		{.name = "ruleset_fd", .meaning = CT_MEANING_FD},
		{.name = "rule_type", .meaning = CT_MEANING_NAMES, .names = "landlock_rules"},
		{.name = "rule_attr", .direction = CT_DIRECTION_IN},
		{.name = "flags"},
};
static const struct ct_syscall_variant landlock_add_rule_variants[] = {
	{"landlock_add_rule__1", {1, 0}, {0xffffffff, 0x1, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, landlock_add_rule__1},
	{"landlock_add_rule__2", {1, 0}, {0xffffffff, 0x2, 0x0, 0x0}, CT_RESULT_NUMBER, NULL, landlock_add_rule__2},
};

const struct ct_syscall ct_syscall_rows[] = {
	{0, "read", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "count"},
	}, 0, NULL},
	{1, "write", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "buf", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 3},
		{.name = "count"},
	}, 0, NULL},
	{2, "open", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, sizeof(open_variants) / sizeof(open_variants[0]), open_variants},
	{3, "close", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "fd", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{4, "stat", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "statbuf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{5, "fstat", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "statbuf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{6, "lstat", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "statbuf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{7, "poll", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "ufds", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_COUNT, .length = 2},
		{.name = "nfds"},
		{.name = "timeout_msecs"},
	}, 0, NULL},
	{8, "lseek", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "offset"},
		{.name = "whence", .meaning = CT_MEANING_NAMES, .names = "whence"},
	}, 0, NULL},
	{9, "mmap", CT_GROUP_DESC | CT_GROUP_MEMORY, CT_RESULT_ADDRESS, NULL, 6, {
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "prot", .meaning = CT_MEANING_NAMES, .names = "mmap_prot"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mmap_flags"},
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "off"},
	}, 0, NULL},
	{10, "mprotect", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "prot", .meaning = CT_MEANING_NAMES, .names = "mmap_prot"},
	}, 0, NULL},
	{11, "munmap", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
	}, 0, NULL},
	{12, "brk", CT_GROUP_MEMORY, CT_RESULT_ADDRESS, NULL, 1, {
		{.name = "brk", .meaning = CT_MEANING_ADDRESS},
	}, 0, NULL},
	{13, "rt_sigaction", CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
		{.name = "act", .direction = CT_DIRECTION_IN},
		{.name = "oact", .direction = CT_DIRECTION_OUT},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{14, "rt_sigprocmask", CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "how", .meaning = CT_MEANING_NAMES, .names = "sigprocmask_how"},
		{.name = "nset", .direction = CT_DIRECTION_IN},
		{.name = "oset", .direction = CT_DIRECTION_OUT},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{15, "rt_sigreturn", CT_GROUP_SIGNAL, CT_RESULT_NONE, NULL, 0, {
	}, 0, NULL},
	{16, "ioctl", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ioctl_requests"},
		{.name = "arg", .meaning = CT_MEANING_WORD},
	}, sizeof(ioctl_variants) / sizeof(ioctl_variants[0]), ioctl_variants},
	{17, "pread64", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "count"},
		{.name = "pos"},
	}, 0, NULL},
	{18, "pwrite64", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "buf", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 3},
		{.name = "count"},
		{.name = "pos"},
	}, 0, NULL},
	{19, "readv", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "vec", .extent = CT_EXTENT_COUNT, .length = 3, .scatter = CT_SCATTER_ALL},
		{.name = "vlen"},
	}, 0, NULL},
	{20, "writev", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "vec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "vlen"},
	}, 0, NULL},
	{21, "access", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "access_mode"},
	}, 0, NULL},
	{22, "pipe", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "fildes", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .fixed = 2},
	}, 0, NULL},
	{23, "select", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "n"},
		{.name = "inp", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_BITS, .length = 1},
		{.name = "outp", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_BITS, .length = 1},
		{.name = "exp", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_BITS, .length = 1},
		{.name = "tvp"},
	}, 0, NULL},
	{24, "sched_yield", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{25, "mremap", CT_GROUP_MEMORY, CT_RESULT_ADDRESS, NULL, 5, {
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "old_len"},
		{.name = "new_len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mremap_flags"},
		{.name = "new_addr", .meaning = CT_MEANING_ADDRESS},
	}, 0, NULL},
	{26, "msync", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "msync_flags"},
	}, 0, NULL},
	{27, "mincore", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "vec", .meaning = CT_MEANING_ADDRESS, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{28, "madvise", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len_in"},
		{.name = "behavior", .meaning = CT_MEANING_NAMES, .names = "madvise"},
	}, 0, NULL},
	{29, "shmget", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "key", .meaning = CT_MEANING_WORD},
		{.name = "size"},
		{.name = "shmflg", .meaning = CT_MEANING_NAMES, .names = "shmget_flags"},
	}, sizeof(shmget_variants) / sizeof(shmget_variants[0]), shmget_variants},
	{30, "shmat", CT_GROUP_MEMORY, CT_RESULT_ADDRESS, NULL, 3, {
		{.name = "shmid"},
		{.name = "shmaddr", .meaning = CT_MEANING_ADDRESS},
		{.name = "shmflg", .meaning = CT_MEANING_NAMES, .names = "shmat_flags"},
	}, 0, NULL},
	{31, "shmctl", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "shmid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .direction = CT_DIRECTION_INOUT},
	}, sizeof(shmctl_variants) / sizeof(shmctl_variants[0]), shmctl_variants},
	{32, "dup", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "fildes", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{33, "dup2", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "oldfd", .meaning = CT_MEANING_FD},
		{.name = "newfd", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{34, "pause", CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{35, "nanosleep", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "rqtp", .direction = CT_DIRECTION_IN},
		{.name = "rmtp", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{36, "getitimer", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "itimers"},
		{.name = "value", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{37, "alarm", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "seconds"},
	}, 0, NULL},
	{38, "setitimer", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "itimers"},
		{.name = "value", .direction = CT_DIRECTION_IN},
		{.name = "ovalue", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{39, "getpid", 0, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{40, "sendfile", CT_GROUP_DESC | CT_GROUP_NETWORK, CT_RESULT_SIZE, NULL, 4, {
		{.name = "out_fd", .meaning = CT_MEANING_FD},
		{.name = "in_fd", .meaning = CT_MEANING_FD},
		{.name = "offset"},
		{.name = "count"},
	}, 0, NULL},
	{41, "socket", CT_GROUP_NETWORK, CT_RESULT_FD, NULL, 3, {
		{.name = "family", .meaning = CT_MEANING_NAMES, .names = "families"},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "socket_types"},
		{.name = "protocol"},
	}, sizeof(socket_variants) / sizeof(socket_variants[0]), socket_variants},
	{42, "connect", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "uservaddr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 3},
		{.name = "addrlen"},
	}, 0, NULL},
	{43, "accept", CT_GROUP_NETWORK, CT_RESULT_FD, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "upeer_sockaddr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .length_is_pointer = true},
		{.name = "upeer_addrlen", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{44, "sendto", CT_GROUP_NETWORK, CT_RESULT_SIZE, NULL, 6, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "buff", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 3},
		{.name = "len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "message_flags"},
		{.name = "addr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 6},
		{.name = "addr_len"},
	}, 0, NULL},
	{45, "recvfrom", CT_GROUP_NETWORK, CT_RESULT_SIZE, NULL, 6, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "ubuf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "size"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "message_flags"},
		{.name = "addr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 6, .length_is_pointer = true},
		{.name = "addr_len", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{46, "sendmsg", CT_GROUP_NETWORK, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "msg", .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "message_flags"},
	}, 0, NULL},
	{47, "recvmsg", CT_GROUP_NETWORK, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "msg", .scatter = CT_SCATTER_ALL},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "message_flags"},
	}, 0, NULL},
	{48, "shutdown", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "how", .meaning = CT_MEANING_NAMES, .names = "shutdown_how"},
	}, 0, NULL},
	{49, "bind", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "umyaddr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 3},
		{.name = "addrlen"},
	}, 0, NULL},
	{50, "listen", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "backlog"},
	}, 0, NULL},
	{51, "getsockname", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "usockaddr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .length_is_pointer = true},
		{.name = "usockaddr_len", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{52, "getpeername", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "usockaddr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .length_is_pointer = true},
		{.name = "usockaddr_len", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{53, "socketpair", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "family", .meaning = CT_MEANING_NAMES, .names = "families"},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "socket_types"},
		{.name = "protocol"},
		{.name = "usockvec", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .fixed = 2},
	}, sizeof(socketpair_variants) / sizeof(socketpair_variants[0]), socketpair_variants},
	{54, "setsockopt", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname"},
		{.name = "optval", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 5},
		{.name = "optlen"},
	}, sizeof(setsockopt_variants) / sizeof(setsockopt_variants[0]), setsockopt_variants},
	{55, "getsockopt", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "level", .meaning = CT_MEANING_NAMES, .names = "socket_levels"},
		{.name = "optname"},
		{.name = "optval", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .length_is_pointer = true},
		{.name = "optlen", .direction = CT_DIRECTION_INOUT},
	}, sizeof(getsockopt_variants) / sizeof(getsockopt_variants[0]), getsockopt_variants},
	{56, "clone", CT_GROUP_PROCESS, CT_RESULT_PID, NULL, 5, {
		{.name = "clone_flags", .meaning = CT_MEANING_NAMES, .names = "clone_flags"},
		{.name = "newsp", .meaning = CT_MEANING_ADDRESS},
		{.name = "parent_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "child_tidptr", .direction = CT_DIRECTION_OUT},
		{.name = "tls", .meaning = CT_MEANING_ADDRESS},
	}, sizeof(clone_variants) / sizeof(clone_variants[0]), clone_variants},
	{57, "fork", CT_GROUP_PROCESS, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{58, "vfork", CT_GROUP_PROCESS, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{59, "execve", CT_GROUP_FILE | CT_GROUP_PROCESS, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "argv", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_TERMINATED},
		{.name = "envp", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_TERMINATED},
	}, 0, NULL},
	{60, "exit", CT_GROUP_PROCESS, CT_RESULT_NONE, NULL, 1, {
		{.name = "error_code"},
	}, 0, NULL},
	{61, "wait4", CT_GROUP_PROCESS, CT_RESULT_PID, NULL, 4, {
		{.name = "upid", .meaning = CT_MEANING_PID},
		{.name = "stat_addr", .direction = CT_DIRECTION_OUT},
		{.name = "options", .meaning = CT_MEANING_NAMES, .names = "wait_options"},
		{.name = "ru", .direction = CT_DIRECTION_OUT, .positive = true},
	}, sizeof(wait4_variants) / sizeof(wait4_variants[0]), wait4_variants},
	{62, "kill", CT_GROUP_PROCESS | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
	}, 0, NULL},
	{63, "uname", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "name", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{64, "semget", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "key", .meaning = CT_MEANING_WORD},
		{.name = "nsems"},
		{.name = "semflg", .meaning = CT_MEANING_NAMES, .names = "ipc_flags"},
	}, sizeof(semget_variants) / sizeof(semget_variants[0]), semget_variants},
	{65, "semop", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "semid"},
		{.name = "tsops", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "nsops"},
	}, 0, NULL},
	{66, "semctl", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "semid"},
		{.name = "semnum"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "semaphore_commands"},
		{.name = "arg", .meaning = CT_MEANING_WORD},
	}, sizeof(semctl_variants) / sizeof(semctl_variants[0]), semctl_variants},
	{67, "shmdt", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "shmaddr", .meaning = CT_MEANING_ADDRESS, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{68, "msgget", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "key", .meaning = CT_MEANING_WORD},
		{.name = "msgflg", .meaning = CT_MEANING_NAMES, .names = "ipc_flags"},
	}, sizeof(msgget_variants) / sizeof(msgget_variants[0]), msgget_variants},
	{69, "msgsnd", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "msqid"},
		{.name = "msgp", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 3, .fixed = 8},
		{.name = "msgsz"},
		{.name = "msgflg", .meaning = CT_MEANING_NAMES, .names = "message_queue_flags"},
	}, 0, NULL},
	{70, "msgrcv", 0, CT_RESULT_SIZE, NULL, 5, {
		{.name = "msqid"},
		{.name = "msgp", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 3, .fixed = 8, .by_result = true},
		{.name = "msgsz"},
		{.name = "msgtyp"},
		{.name = "msgflg", .meaning = CT_MEANING_NAMES, .names = "message_queue_flags"},
	}, 0, NULL},
	{71, "msgctl", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "msqid"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "ipc_commands"},
		{.name = "buf", .direction = CT_DIRECTION_INOUT},
	}, sizeof(msgctl_variants) / sizeof(msgctl_variants[0]), msgctl_variants},
	{72, "fcntl", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fcntl_commands"},
		{.name = "arg", .meaning = CT_MEANING_WORD},
	}, sizeof(fcntl_variants) / sizeof(fcntl_variants[0]), fcntl_variants},
	{73, "flock", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "flock_operations"},
	}, 0, NULL},
	{74, "fsync", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "fd", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{75, "fdatasync", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "fd", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{76, "truncate", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "path", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "length"},
	}, 0, NULL},
	{77, "ftruncate", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "length"},
	}, 0, NULL},
	{78, "getdents", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "dirent", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "count"},
	}, 0, NULL},
	{79, "getcwd", CT_GROUP_FILE, CT_RESULT_SIZE, NULL, 2, {
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 2, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{80, "chdir", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{81, "fchdir", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "fd", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{82, "rename", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{83, "mkdir", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{84, "rmdir", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{85, "creat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{86, "link", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{87, "unlink", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{88, "symlink", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{89, "readlink", CT_GROUP_FILE, CT_RESULT_SIZE, NULL, 3, {
		{.name = "path", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "bufsiz"},
	}, 0, NULL},
	{90, "chmod", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{91, "fchmod", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{92, "chown", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "user", .meaning = CT_MEANING_ID},
		{.name = "group", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{93, "fchown", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "user", .meaning = CT_MEANING_ID},
		{.name = "group", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{94, "lchown", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "user", .meaning = CT_MEANING_ID},
		{.name = "group", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{95, "umask", 0, CT_RESULT_OCTAL, NULL, 1, {
		{.name = "mask", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{96, "gettimeofday", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "tv", .direction = CT_DIRECTION_OUT},
		{.name = "tz", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{97, "getrlimit", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "resource", .meaning = CT_MEANING_NAMES, .names = "resources"},
		{.name = "rlim", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{98, "getrusage", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "who", .meaning = CT_MEANING_NAMES, .names = "rusage_who"},
		{.name = "ru", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{99, "sysinfo", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "info", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{100, "times", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "tbuf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{101, "ptrace", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "request", .meaning = CT_MEANING_NAMES, .names = "ptrace_requests"},
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "data", .meaning = CT_MEANING_ADDRESS},
	}, 0, NULL},
	{102, "getuid", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{103, "syslog", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "syslog_actions"},
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "len"},
	}, sizeof(syslog_variants) / sizeof(syslog_variants[0]), syslog_variants},
	{104, "getgid", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{105, "setuid", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "uid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{106, "setgid", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "gid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{107, "geteuid", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{108, "getegid", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{109, "setpgid", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "pgid", .meaning = CT_MEANING_PID},
	}, 0, NULL},
	{110, "getppid", 0, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{111, "getpgrp", 0, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{112, "setsid", 0, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{113, "setreuid", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "ruid", .meaning = CT_MEANING_ID},
		{.name = "euid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{114, "setregid", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "rgid", .meaning = CT_MEANING_ID},
		{.name = "egid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{115, "getgroups", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "gidsetsize"},
		{.name = "grouplist", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 1, .by_result = true},
	}, 0, NULL},
	{116, "setgroups", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "gidsetsize"},
		{.name = "grouplist", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 1},
	}, 0, NULL},
	{117, "setresuid", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "ruid", .meaning = CT_MEANING_ID},
		{.name = "euid", .meaning = CT_MEANING_ID},
		{.name = "suid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{118, "getresuid", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "ruidp", .direction = CT_DIRECTION_OUT},
		{.name = "euidp", .direction = CT_DIRECTION_OUT},
		{.name = "suidp", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{119, "setresgid", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "rgid", .meaning = CT_MEANING_ID},
		{.name = "egid", .meaning = CT_MEANING_ID},
		{.name = "sgid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{120, "getresgid", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "rgidp", .direction = CT_DIRECTION_OUT},
		{.name = "egidp", .direction = CT_DIRECTION_OUT},
		{.name = "sgidp", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{121, "getpgid", 0, CT_RESULT_PID, NULL, 1, {
		{.name = "pid", .meaning = CT_MEANING_PID},
	}, 0, NULL},
	{122, "setfsuid", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "uid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{123, "setfsgid", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "gid", .meaning = CT_MEANING_ID},
	}, 0, NULL},
	{124, "getsid", 0, CT_RESULT_PID, NULL, 1, {
		{.name = "pid", .meaning = CT_MEANING_PID},
	}, 0, NULL},
	{125, "capget", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "header"},
		{.name = "dataptr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .fixed = 2},
	}, 0, NULL},
	{126, "capset", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "header", .direction = CT_DIRECTION_IN},
		{.name = "data", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .fixed = 2},
	}, 0, NULL},
	{127, "rt_sigpending", CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "uset", .direction = CT_DIRECTION_OUT},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{128, "rt_sigtimedwait", CT_GROUP_SIGNAL, CT_RESULT_NAMES, "signals", 4, {
		{.name = "uthese"},
		{.name = "uinfo", .direction = CT_DIRECTION_OUT},
		{.name = "uts"},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{129, "rt_sigqueueinfo", CT_GROUP_PROCESS | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
		{.name = "uinfo", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{130, "rt_sigsuspend", CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "unewset", .direction = CT_DIRECTION_IN},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{131, "sigaltstack", CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "uss", .direction = CT_DIRECTION_IN},
		{.name = "uoss", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{132, "utime", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "times", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{133, "mknod", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "file_modes"},
		{.name = "dev", .meaning = CT_MEANING_DEVICE},
	}, 0, NULL},
	{134, "uselib", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "library", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{135, "personality", 0, CT_RESULT_NAMES, "personality", 1, {
		{.name = "personality", .meaning = CT_MEANING_NAMES, .names = "personality"},
	}, 0, NULL},
	{136, "ustat", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "dev", .meaning = CT_MEANING_DEVICE},
		{.name = "ubuf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{137, "statfs", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "buf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{138, "fstatfs", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "buf", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{139, "sysfs", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "option"},
		{.name = "arg1", .meaning = CT_MEANING_WORD},
		{.name = "arg2", .meaning = CT_MEANING_WORD},
	}, 0, NULL},
	{140, "getpriority", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "priority_which"},
		{.name = "who"},
	}, 0, NULL},
	{141, "setpriority", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "priority_which"},
		{.name = "who"},
		{.name = "niceval"},
	}, 0, NULL},
	{142, "sched_setparam", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "param", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{143, "sched_getparam", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "param", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{144, "sched_setscheduler", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "policy", .meaning = CT_MEANING_NAMES, .names = "scheduling_policies"},
		{.name = "param", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{145, "sched_getscheduler", 0, CT_RESULT_NAMES, "scheduling_policies", 1, {
		{.name = "pid", .meaning = CT_MEANING_PID},
	}, 0, NULL},
	{146, "sched_get_priority_max", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "policy", .meaning = CT_MEANING_NAMES, .names = "scheduling_policies"},
	}, 0, NULL},
	{147, "sched_get_priority_min", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "policy", .meaning = CT_MEANING_NAMES, .names = "scheduling_policies"},
	}, 0, NULL},
	{148, "sched_rr_get_interval", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "interval", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{149, "mlock", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
	}, 0, NULL},
	{150, "munlock", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
	}, 0, NULL},
	{151, "mlockall", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mlockall_flags"},
	}, 0, NULL},
	{152, "munlockall", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{153, "vhangup", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{154, "modify_ldt", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "func"},
		{.name = "ptr"},
		{.name = "bytecount"},
	}, 0, NULL},
	{155, "pivot_root", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "new_root", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "put_old", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{156, "_sysctl", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "args"},
	}, 0, NULL},
	{157, "prctl", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_WORD},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
	}, sizeof(prctl_variants) / sizeof(prctl_variants[0]), prctl_variants},
	{158, "arch_prctl", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "arch_prctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_WORD},
	}, sizeof(arch_prctl_variants) / sizeof(arch_prctl_variants[0]), arch_prctl_variants},
	{159, "adjtimex", 0, CT_RESULT_NAMES, "timex_states", 1, {
		{.name = "txc_p", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{160, "setrlimit", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "resource", .meaning = CT_MEANING_NAMES, .names = "resources"},
		{.name = "rlim", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{161, "chroot", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{162, "sync", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{163, "acct", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "name"},
	}, 0, NULL},
	{164, "settimeofday", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "tv", .direction = CT_DIRECTION_IN},
		{.name = "tz", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{165, "mount", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dev_name", .direction = CT_DIRECTION_IN},
		{.name = "dir_name", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "type", .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mount_flags"},
		{.name = "data", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{166, "umount2", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "name", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "umount_flags"},
	}, 0, NULL},
	{167, "swapon", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "specialfile", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "swap_flags"},
	}, 0, NULL},
	{168, "swapoff", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "specialfile", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{169, "reboot", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "magic1"},
		{.name = "magic2"},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "reboot_commands"},
		{.name = "arg"},
	}, 0, NULL},
	{170, "sethostname", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "name", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 2},
		{.name = "len"},
	}, 0, NULL},
	{171, "setdomainname", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "name", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 2},
		{.name = "len"},
	}, 0, NULL},
	{172, "iopl", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "level"},
	}, 0, NULL},
	{173, "ioperm", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "from"},
		{.name = "num"},
		{.name = "turn_on"},
	}, 0, NULL},
	{174, "create_module", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "name"},
		{.name = "size"},
	}, 0, NULL},
	{175, "init_module", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "umod", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 2},
		{.name = "len"},
		{.name = "uargs"},
	}, 0, NULL},
	{176, "delete_module", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "name_user"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "cloexec"},
	}, 0, NULL},
	{177, "get_kernel_syms", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "table"},
	}, 0, NULL},
	{178, "query_module", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "name"},
		{.name = "which"},
		{.name = "buf"},
		{.name = "bufsize"},
		{.name = "ret"},
	}, 0, NULL},
	{179, "quotactl", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "cmd", .meaning = CT_MEANING_WORD},
		{.name = "special", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "id"},
		{.name = "addr"},
	}, 0, NULL},
	{180, "nfsservctl", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "cmd"},
		{.name = "argp"},
		{.name = "resp"},
	}, 0, NULL},
	{181, "getpmsg", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "ctlptr"},
		{.name = "dataptr"},
		{.name = "bandp"},
		{.name = "flagsp"},
	}, 0, NULL},
	{182, "putpmsg", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "ctlptr"},
		{.name = "dataptr"},
		{.name = "band"},
		{.name = "flags"},
	}, 0, NULL},
	{183, "afs_syscall", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "syscall"},
		{.name = "parm1"},
		{.name = "parm2"},
		{.name = "parm3"},
		{.name = "parm4"},
	}, 0, NULL},
	{184, "tuxcall", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "arg1"},
		{.name = "arg2"},
		{.name = "arg3"},
	}, 0, NULL},
	{185, "security", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "arg1"},
		{.name = "arg2"},
		{.name = "arg3"},
	}, 0, NULL},
	{186, "gettid", 0, CT_RESULT_PID, NULL, 0, {
	}, 0, NULL},
	{187, "readahead", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "offset"},
		{.name = "count"},
	}, 0, NULL},
	{188, "setxattr", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "name"},
		{.name = "value", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 4},
		{.name = "size"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "xattr_flags"},
	}, 0, NULL},
	{189, "lsetxattr", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "name"},
		{.name = "value", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 4},
		{.name = "size"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "xattr_flags"},
	}, 0, NULL},
	{190, "fsetxattr", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "name"},
		{.name = "value", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 4},
		{.name = "size"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "xattr_flags"},
	}, 0, NULL},
	{191, "getxattr", CT_GROUP_FILE, CT_RESULT_SIZE, NULL, 4, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "name", .direction = CT_DIRECTION_IN},
		{.name = "value", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 4, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{192, "lgetxattr", CT_GROUP_FILE, CT_RESULT_SIZE, NULL, 4, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "name"},
		{.name = "value", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 4, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{193, "fgetxattr", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "name"},
		{.name = "value", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 4, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{194, "listxattr", CT_GROUP_FILE, CT_RESULT_SIZE, NULL, 3, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "list", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{195, "llistxattr", CT_GROUP_FILE, CT_RESULT_SIZE, NULL, 3, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "list", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{196, "flistxattr", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "list", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{197, "removexattr", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "name"},
	}, 0, NULL},
	{198, "lremovexattr", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "name"},
	}, 0, NULL},
	{199, "fremovexattr", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "name"},
	}, 0, NULL},
	{200, "tkill", CT_GROUP_PROCESS | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
	}, 0, NULL},
	{201, "time", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "tloc", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{202, "futex", 0, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "uaddr"},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "futex_operations"},
		{.name = "val"},
		{.name = "utime"},
		{.name = "uaddr2"},
		{.name = "val3", .meaning = CT_MEANING_WORD},
	}, sizeof(futex_variants) / sizeof(futex_variants[0]), futex_variants},
	{203, "sched_setaffinity", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "len"},
		{.name = "user_mask_ptr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BITS, .length = 2, .fixed = 8},
	}, 0, NULL},
	{204, "sched_getaffinity", 0, CT_RESULT_SIZE, NULL, 3, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "len"},
		{.name = "user_mask_ptr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BITS, .length = 2, .fixed = 8, .by_result = true},
	}, 0, NULL},
	{205, "set_thread_area", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "u_info", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{206, "io_setup", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "nr_events"},
		{.name = "ctxp", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{207, "io_destroy", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "ctx", .meaning = CT_MEANING_WORD},
	}, 0, NULL},
	{208, "io_getevents", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "ctx_id", .meaning = CT_MEANING_WORD},
		{.name = "min_nr"},
		{.name = "nr"},
		{.name = "events", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true},
		{.name = "timeout"},
	}, 0, NULL},
	{209, "io_submit", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "ctx_id", .meaning = CT_MEANING_WORD},
		{.name = "nr"},
		{.name = "iocbpp", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 2},
	}, 0, NULL},
	{210, "io_cancel", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "ctx_id", .meaning = CT_MEANING_WORD},
		{.name = "iocb"},
		{.name = "result"},
	}, 0, NULL},
	{211, "get_thread_area", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "u_info", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{212, "lookup_dcookie", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "cookie64"},
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "len"},
	}, 0, NULL},
	{213, "epoll_create", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "size"},
	}, 0, NULL},
	{214, "epoll_ctl_old", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "epfd", .meaning = CT_MEANING_FD},
		{.name = "op"},
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "event"},
	}, 0, NULL},
	{215, "epoll_wait_old", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "epfd", .meaning = CT_MEANING_FD},
		{.name = "events"},
		{.name = "maxevents"},
	}, 0, NULL},
	{216, "remap_file_pages", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "size"},
		{.name = "prot", .meaning = CT_MEANING_NAMES, .names = "mmap_prot"},
		{.name = "pgoff"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mmap_flags"},
	}, 0, NULL},
	{217, "getdents64", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "dirent", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "count"},
	}, 0, NULL},
	{218, "set_tid_address", 0, CT_RESULT_PID, NULL, 1, {
		{.name = "tidptr", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{219, "restart_syscall", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{220, "semtimedop", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "semid"},
		{.name = "tsops", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "nsops"},
		{.name = "timeout"},
	}, 0, NULL},
	{221, "fadvise64", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "offset"},
		{.name = "len"},
		{.name = "advice", .meaning = CT_MEANING_NAMES, .names = "fadvise"},
	}, 0, NULL},
	{222, "timer_create", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "which_clock", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "timer_event_spec", .direction = CT_DIRECTION_IN},
		{.name = "created_timer_id", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{223, "timer_settime", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "timer_id"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "timer_flags"},
		{.name = "new_setting"},
		{.name = "old_setting", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{224, "timer_gettime", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "timer_id"},
		{.name = "setting", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{225, "timer_getoverrun", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "timer_id"},
	}, 0, NULL},
	{226, "timer_delete", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "timer_id"},
	}, 0, NULL},
	{227, "clock_settime", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "which_clock", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "tp"},
	}, 0, NULL},
	{228, "clock_gettime", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "which_clock", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "tp", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{229, "clock_getres", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "which_clock", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "tp", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{230, "clock_nanosleep", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "which_clock", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "timer_flags"},
		{.name = "rqtp"},
		{.name = "rmtp", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{231, "exit_group", CT_GROUP_PROCESS, CT_RESULT_NONE, NULL, 1, {
		{.name = "error_code"},
	}, 0, NULL},
	{232, "epoll_wait", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "epfd", .meaning = CT_MEANING_FD},
		{.name = "events", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true},
		{.name = "maxevents"},
		{.name = "timeout"},
	}, 0, NULL},
	{233, "epoll_ctl", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "epfd", .meaning = CT_MEANING_FD},
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "epoll_operations"},
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "event", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{234, "tgkill", CT_GROUP_PROCESS | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "tgid", .meaning = CT_MEANING_PID},
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
	}, 0, NULL},
	{235, "utimes", CT_GROUP_FILE, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "utimes", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .fixed = 2},
	}, 0, NULL},
	{236, "vserver", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "cmd"},
		{.name = "id"},
		{.name = "data"},
	}, 0, NULL},
	{237, "mbind", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "mempolicy"},
		{.name = "nmask", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BITS, .length = 5},
		{.name = "maxnode"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mempolicy_move"},
	}, 0, NULL},
	{238, "set_mempolicy", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "mempolicy"},
		{.name = "nmask", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BITS, .length = 3},
		{.name = "maxnode"},
	}, 0, NULL},
	{239, "get_mempolicy", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "policy", .direction = CT_DIRECTION_OUT},
		{.name = "nmask", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BITS, .length = 3},
		{.name = "maxnode"},
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mempolicy_get"},
	}, sizeof(get_mempolicy_variants) / sizeof(get_mempolicy_variants[0]), get_mempolicy_variants},
	{240, "mq_open", CT_GROUP_DESC, CT_RESULT_FD, NULL, 4, {
		{.name = "u_name"},
		{.name = "oflag", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
		{.name = "mode", .meaning = CT_MEANING_MODE},
		{.name = "u_attr"},
	}, sizeof(mq_open_variants) / sizeof(mq_open_variants[0]), mq_open_variants},
	{241, "mq_unlink", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "u_name"},
	}, 0, NULL},
	{242, "mq_timedsend", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "mqdes", .meaning = CT_MEANING_FD},
		{.name = "u_msg_ptr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 3},
		{.name = "msg_len"},
		{.name = "msg_prio"},
		{.name = "u_abs_timeout"},
	}, 0, NULL},
	{243, "mq_timedreceive", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 5, {
		{.name = "mqdes", .meaning = CT_MEANING_FD},
		{.name = "u_msg_ptr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .by_result = true},
		{.name = "msg_len"},
		{.name = "u_msg_prio"},
		{.name = "u_abs_timeout"},
	}, 0, NULL},
	{244, "mq_notify", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "mqdes", .meaning = CT_MEANING_FD},
		{.name = "u_notification"},
	}, 0, NULL},
	{245, "mq_getsetattr", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "mqdes", .meaning = CT_MEANING_FD},
		{.name = "u_mqstat"},
		{.name = "u_omqstat", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{246, "kexec_load", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "entry"},
		{.name = "nr_segments"},
		{.name = "segments"},
		{.name = "flags"},
	}, 0, NULL},
	{247, "waitid", CT_GROUP_PROCESS, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "wait_which"},
		{.name = "upid", .meaning = CT_MEANING_PID},
		{.name = "infop", .direction = CT_DIRECTION_OUT},
		{.name = "options", .meaning = CT_MEANING_NAMES, .names = "wait_options"},
		{.name = "ru", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{248, "add_key", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "_type"},
		{.name = "_description"},
		{.name = "_payload", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BYTES, .length = 4},
		{.name = "plen"},
		{.name = "ringid", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
	}, 0, NULL},
	{249, "request_key", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "_type"},
		{.name = "_description"},
		{.name = "_callout_info"},
		{.name = "destringid", .meaning = CT_MEANING_NAMES, .names = "keyrings"},
	}, 0, NULL},
	{250, "keyctl", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "option", .meaning = CT_MEANING_NAMES, .names = "keyctl_options"},
		{.name = "arg2", .meaning = CT_MEANING_WORD},
		{.name = "arg3", .meaning = CT_MEANING_WORD},
		{.name = "arg4", .meaning = CT_MEANING_WORD},
		{.name = "arg5", .meaning = CT_MEANING_WORD},
	}, sizeof(keyctl_variants) / sizeof(keyctl_variants[0]), keyctl_variants},
	{251, "ioprio_set", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "ioprio_which"},
		{.name = "who"},
		{.name = "ioprio", .meaning = CT_MEANING_NAMES, .names = "ioprio_values"},
	}, 0, NULL},
	{252, "ioprio_get", 0, CT_RESULT_NAMES, "ioprio_values", 2, {
		{.name = "which", .meaning = CT_MEANING_NAMES, .names = "ioprio_which"},
		{.name = "who"},
	}, 0, NULL},
	{253, "inotify_init", CT_GROUP_DESC, CT_RESULT_FD, NULL, 0, {
	}, 0, NULL},
	{254, "inotify_add_watch", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mask", .meaning = CT_MEANING_NAMES, .names = "inotify_mask"},
	}, 0, NULL},
	{255, "inotify_rm_watch", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "wd"},
	}, 0, NULL},
	{256, "migrate_pages", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "maxnode"},
		{.name = "old_nodes", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BITS, .length = 2},
		{.name = "new_nodes", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_BITS, .length = 2},
	}, 0, NULL},
	{257, "openat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, sizeof(openat_variants) / sizeof(openat_variants[0]), openat_variants},
	{258, "mkdirat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{259, "mknodat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "file_modes"},
		{.name = "dev", .meaning = CT_MEANING_DEVICE},
	}, 0, NULL},
	{260, "fchownat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "user", .meaning = CT_MEANING_ID},
		{.name = "group", .meaning = CT_MEANING_ID},
		{.name = "flag", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{261, "futimesat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "utimes", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .fixed = 2},
	}, 0, NULL},
	{262, "newfstatat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "statbuf", .direction = CT_DIRECTION_OUT},
		{.name = "flag", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{263, "unlinkat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flag", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{264, "renameat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "olddfd", .meaning = CT_MEANING_DIRFD},
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newdfd", .meaning = CT_MEANING_DIRFD},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{265, "linkat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "olddfd", .meaning = CT_MEANING_DIRFD},
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newdfd", .meaning = CT_MEANING_DIRFD},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{266, "symlinkat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newdfd", .meaning = CT_MEANING_DIRFD},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{267, "readlinkat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "buf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 4, .by_result = true},
		{.name = "bufsiz"},
	}, 0, NULL},
	{268, "fchmodat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_MODE},
	}, 0, NULL},
	{269, "faccessat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "access_mode"},
	}, 0, NULL},
	{270, "pselect6", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "n"},
		{.name = "inp", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_BITS, .length = 1},
		{.name = "outp", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_BITS, .length = 1},
		{.name = "exp", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_BITS, .length = 1},
		{.name = "tsp"},
		{.name = "sig", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{271, "ppoll", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "ufds", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_COUNT, .length = 2},
		{.name = "nfds"},
		{.name = "tsp"},
		{.name = "sigmask"},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{272, "unshare", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "unshare_flags", .meaning = CT_MEANING_NAMES, .names = "unshare_flags"},
	}, 0, NULL},
	{273, "set_robust_list", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "head", .direction = CT_DIRECTION_IN},
		{.name = "len"},
	}, 0, NULL},
	{274, "get_robust_list", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "pid"},
		{.name = "head_ptr", .direction = CT_DIRECTION_OUT},
		{.name = "len_ptr", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{275, "splice", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 6, {
		{.name = "fd_in", .meaning = CT_MEANING_FD},
		{.name = "off_in"},
		{.name = "fd_out", .meaning = CT_MEANING_FD},
		{.name = "off_out"},
		{.name = "len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "splice_flags"},
	}, 0, NULL},
	{276, "tee", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 4, {
		{.name = "fdin", .meaning = CT_MEANING_FD},
		{.name = "fdout", .meaning = CT_MEANING_FD},
		{.name = "len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "splice_flags"},
	}, 0, NULL},
	{277, "sync_file_range", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "offset"},
		{.name = "nbytes"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "sync_range_flags"},
	}, 0, NULL},
	{278, "vmsplice", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "uiov", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "nr_segs"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "splice_flags"},
	}, 0, NULL},
	{279, "move_pages", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "nr_pages"},
		{.name = "pages"},
		{.name = "nodes"},
		{.name = "status"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mempolicy_move"},
	}, 0, NULL},
	{280, "utimensat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "utimes", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .fixed = 2},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{281, "epoll_pwait", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "epfd", .meaning = CT_MEANING_FD},
		{.name = "events", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true},
		{.name = "maxevents"},
		{.name = "timeout"},
		{.name = "sigmask"},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{282, "signalfd", CT_GROUP_DESC | CT_GROUP_SIGNAL, CT_RESULT_FD, NULL, 3, {
		{.name = "ufd", .meaning = CT_MEANING_FD},
		{.name = "user_mask", .direction = CT_DIRECTION_IN},
		{.name = "sizemask"},
	}, 0, NULL},
	{283, "timerfd_create", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "clockid", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "timerfd_flags"},
	}, 0, NULL},
	{284, "eventfd", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "count"},
	}, 0, NULL},
	{285, "fallocate", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "fallocate_mode"},
		{.name = "offset"},
		{.name = "len"},
	}, 0, NULL},
	{286, "timerfd_settime", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "ufd", .meaning = CT_MEANING_FD},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "timerfd_set_flags"},
		{.name = "utmr"},
		{.name = "otmr", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{287, "timerfd_gettime", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "ufd", .meaning = CT_MEANING_FD},
		{.name = "otmr", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{288, "accept4", CT_GROUP_NETWORK, CT_RESULT_FD, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "upeer_sockaddr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 3, .length_is_pointer = true},
		{.name = "upeer_addrlen", .direction = CT_DIRECTION_INOUT},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "accept_flags"},
	}, 0, NULL},
	{289, "signalfd4", CT_GROUP_DESC | CT_GROUP_SIGNAL, CT_RESULT_FD, NULL, 4, {
		{.name = "ufd", .meaning = CT_MEANING_FD},
		{.name = "user_mask", .direction = CT_DIRECTION_IN},
		{.name = "sizemask"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "signalfd_flags"},
	}, 0, NULL},
	{290, "eventfd2", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "count"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "eventfd_flags"},
	}, 0, NULL},
	{291, "epoll_create1", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "epoll_flags"},
	}, 0, NULL},
	{292, "dup3", CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "oldfd", .meaning = CT_MEANING_FD},
		{.name = "newfd", .meaning = CT_MEANING_FD},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "cloexec"},
	}, 0, NULL},
	{293, "pipe2", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fildes", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .fixed = 2},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "cloexec"},
	}, 0, NULL},
	{294, "inotify_init1", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "inotify_flags"},
	}, 0, NULL},
	{295, "preadv", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "vec", .extent = CT_EXTENT_COUNT, .length = 3, .scatter = CT_SCATTER_ALL},
		{.name = "vlen"},
		{.name = "pos_l"},
		{.name = "pos_h"},
	}, 0, NULL},
	{296, "pwritev", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "vec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "vlen"},
		{.name = "pos_l"},
		{.name = "pos_h"},
	}, 0, NULL},
	{297, "rt_tgsigqueueinfo", CT_GROUP_PROCESS | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "tgid", .meaning = CT_MEANING_PID},
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
		{.name = "uinfo", .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{298, "perf_event_open", CT_GROUP_DESC, CT_RESULT_FD, NULL, 5, {
		{.name = "attr_uptr", .direction = CT_DIRECTION_IN},
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "cpu"},
		{.name = "group_fd", .meaning = CT_MEANING_FD},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "perf_flags"},
	}, 0, NULL},
	{299, "recvmmsg", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "mmsg", .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true, .scatter = CT_SCATTER_EACH},
		{.name = "vlen"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "message_flags"},
		{.name = "timeout"},
	}, 0, NULL},
	{300, "fanotify_init", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "fanotify_init_flags"},
		{.name = "event_f_flags", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
	}, 0, NULL},
	{301, "fanotify_mark", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fanotify_fd", .meaning = CT_MEANING_FD},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "fanotify_mark_flags"},
		{.name = "mask", .meaning = CT_MEANING_NAMES, .names = "fanotify_mask"},
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
	}, 0, NULL},
	{302, "prlimit64", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "resource", .meaning = CT_MEANING_NAMES, .names = "resources"},
		{.name = "new_rlim"},
		{.name = "old_rlim", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{303, "name_to_handle_at", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "name"},
		{.name = "handle"},
		{.name = "mnt_id", .direction = CT_DIRECTION_OUT},
		{.name = "flag", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{304, "open_by_handle_at", CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "mountdirfd", .meaning = CT_MEANING_DIRFD},
		{.name = "handle"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_flags"},
	}, 0, NULL},
	{305, "clock_adjtime", 0, CT_RESULT_NAMES, "timex_states", 2, {
		{.name = "which_clock", .meaning = CT_MEANING_NAMES, .names = "clocks"},
		{.name = "utx", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{306, "syncfs", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "fd", .meaning = CT_MEANING_FD},
	}, 0, NULL},
	{307, "sendmmsg", CT_GROUP_NETWORK, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "mmsg", .direction = CT_DIRECTION_INOUT, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "vlen"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "message_flags"},
	}, 0, NULL},
	{308, "setns", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "unshare_flags"},
	}, 0, NULL},
	{309, "getcpu", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "cpup", .direction = CT_DIRECTION_OUT},
		{.name = "nodep", .direction = CT_DIRECTION_OUT},
		{.name = "unused"},
	}, 0, NULL},
	{310, "process_vm_readv", 0, CT_RESULT_SIZE, NULL, 6, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "lvec", .extent = CT_EXTENT_COUNT, .length = 3, .scatter = CT_SCATTER_ALL},
		{.name = "liovcnt"},
		{.name = "rvec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 5},
		{.name = "riovcnt"},
		{.name = "flags"},
	}, 0, NULL},
	{311, "process_vm_writev", 0, CT_RESULT_SIZE, NULL, 6, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "lvec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "liovcnt"},
		{.name = "rvec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 5},
		{.name = "riovcnt"},
		{.name = "flags"},
	}, 0, NULL},
	{312, "kcmp", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "pid1", .meaning = CT_MEANING_PID},
		{.name = "pid2", .meaning = CT_MEANING_PID},
		{.name = "type", .meaning = CT_MEANING_NAMES, .names = "kcmp_types"},
		{.name = "idx1"},
		{.name = "idx2"},
	}, 0, NULL},
	{313, "finit_module", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "uargs"},
		{.name = "flags"},
	}, 0, NULL},
	{314, "sched_setattr", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "uattr", .direction = CT_DIRECTION_INOUT},
		{.name = "flags"},
	}, 0, NULL},
	{315, "sched_getattr", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "uattr", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_PART, .length = 3},
		{.name = "usize"},
		{.name = "flags"},
	}, 0, NULL},
	{316, "renameat2", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "olddfd", .meaning = CT_MEANING_DIRFD},
		{.name = "oldname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "newdfd", .meaning = CT_MEANING_DIRFD},
		{.name = "newname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "rename_flags"},
	}, 0, NULL},
	{317, "seccomp", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "op", .meaning = CT_MEANING_NAMES, .names = "seccomp_operations"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "seccomp_flags"},
		{.name = "uargs", .meaning = CT_MEANING_ADDRESS},
	}, sizeof(seccomp_variants) / sizeof(seccomp_variants[0]), seccomp_variants},
	{318, "getrandom", 0, CT_RESULT_SIZE, NULL, 3, {
		{.name = "ubuf", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 2, .by_result = true},
		{.name = "len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "getrandom_flags"},
	}, 0, NULL},
	{319, "memfd_create", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "uname", .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "memfd_flags"},
	}, 0, NULL},
	{320, "kexec_file_load", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "kernel_fd", .meaning = CT_MEANING_FD},
		{.name = "initrd_fd", .meaning = CT_MEANING_FD},
		{.name = "cmdline_len"},
		{.name = "cmdline_ptr"},
		{.name = "flags"},
	}, 0, NULL},
	{321, "bpf", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "bpf_commands"},
		{.name = "uattr"},
		{.name = "size"},
	}, sizeof(bpf_variants) / sizeof(bpf_variants[0]), bpf_variants},
	{322, "execveat", CT_GROUP_FILE | CT_GROUP_DESC | CT_GROUP_PROCESS, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "argv", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_TERMINATED},
		{.name = "envp", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_TERMINATED},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{323, "userfaultfd", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "userfaultfd_flags"},
	}, 0, NULL},
	{324, "membarrier", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "membarrier"},
		{.name = "flags"},
		{.name = "cpu_id"},
	}, sizeof(membarrier_variants) / sizeof(membarrier_variants[0]), membarrier_variants},
	{325, "mlock2", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "mlock2_flags"},
	}, 0, NULL},
	{326, "copy_file_range", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 6, {
		{.name = "fd_in", .meaning = CT_MEANING_FD},
		{.name = "off_in"},
		{.name = "fd_out", .meaning = CT_MEANING_FD},
		{.name = "off_out"},
		{.name = "len"},
		{.name = "flags"},
	}, 0, NULL},
	{327, "preadv2", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 6, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "vec", .extent = CT_EXTENT_COUNT, .length = 3, .scatter = CT_SCATTER_ALL},
		{.name = "vlen"},
		{.name = "pos_l"},
		{.name = "pos_h"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "rwf"},
	}, 0, NULL},
	{328, "pwritev2", CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 6, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "vec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "vlen"},
		{.name = "pos_l"},
		{.name = "pos_h"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "rwf"},
	}, 0, NULL},
	{329, "pkey_mprotect", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "prot", .meaning = CT_MEANING_NAMES, .names = "mmap_prot"},
		{.name = "pkey"},
	}, 0, NULL},
	{330, "pkey_alloc", 0, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "flags"},
		{.name = "init_val", .meaning = CT_MEANING_NAMES, .names = "pkey_rights"},
	}, 0, NULL},
	{331, "pkey_free", 0, CT_RESULT_NUMBER, NULL, 1, {
		{.name = "pkey"},
	}, 0, NULL},
	{332, "statx", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "statx_flags"},
		{.name = "mask", .meaning = CT_MEANING_NAMES, .names = "statx_mask"},
		{.name = "buffer", .direction = CT_DIRECTION_OUT},
	}, 0, NULL},
	{333, "io_pgetevents", 0, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "ctx_id", .meaning = CT_MEANING_WORD},
		{.name = "min_nr"},
		{.name = "nr"},
		{.name = "events", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true},
		{.name = "timeout"},
		{.name = "usig"},
	}, 0, NULL},
	{334, "rseq", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "rseq"},
		{.name = "rseq_len"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "rseq_flags"},
		{.name = "sig"},
	}, 0, NULL},
	{335, "uretprobe", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{336, "uprobe", 0, CT_RESULT_NUMBER, NULL, 0, {
	}, 0, NULL},
	{424, "pidfd_send_signal", CT_GROUP_DESC | CT_GROUP_PROCESS | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "pidfd", .meaning = CT_MEANING_FD},
		{.name = "sig", .meaning = CT_MEANING_NAMES, .names = "signals"},
		{.name = "info", .direction = CT_DIRECTION_IN},
		{.name = "flags"},
	}, 0, NULL},
	{425, "io_uring_setup", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "entries"},
		{.name = "params", .direction = CT_DIRECTION_INOUT},
	}, 0, NULL},
	{426, "io_uring_enter", CT_GROUP_DESC | CT_GROUP_SIGNAL, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "to_submit"},
		{.name = "min_complete"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "io_uring_enter_flags"},
		{.name = "argp", .meaning = CT_MEANING_ADDRESS},
		{.name = "argsz"},
	}, 0, NULL},
	{427, "io_uring_register", CT_GROUP_DESC | CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "opcode", .meaning = CT_MEANING_NAMES, .names = "io_uring_operations"},
		{.name = "arg"},
		{.name = "nr_args"},
	}, 0, NULL},
	{428, "open_tree", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_tree_flags"},
	}, 0, NULL},
	{429, "move_mount", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "from_dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "from_pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "to_dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "to_pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "move_mount_flags"},
	}, 0, NULL},
	{430, "fsopen", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "_fs_name"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "fsopen_flags"},
	}, 0, NULL},
	{431, "fsconfig", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd", .meaning = CT_MEANING_NAMES, .names = "fsconfig_commands"},
		{.name = "_key"},
		{.name = "_value"},
		{.name = "aux"},
	}, sizeof(fsconfig_variants) / sizeof(fsconfig_variants[0]), fsconfig_variants},
	{432, "fsmount", CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "fs_fd", .meaning = CT_MEANING_FD},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "fsmount_flags"},
		{.name = "attr_flags", .meaning = CT_MEANING_NAMES, .names = "mount_attributes"},
	}, 0, NULL},
	{433, "fspick", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "path", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "fspick_flags"},
	}, 0, NULL},
	{434, "pidfd_open", CT_GROUP_DESC, CT_RESULT_FD, NULL, 2, {
		{.name = "pid", .meaning = CT_MEANING_PID},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "pidfd_flags"},
	}, 0, NULL},
	{435, "clone3", CT_GROUP_PROCESS, CT_RESULT_PID, NULL, 2, {
		{.name = "uargs", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 2},
		{.name = "size"},
	}, 0, NULL},
	{436, "close_range", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "max_fd"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "close_range_flags"},
	}, 0, NULL},
	{437, "openat2", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "how", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 4},
		{.name = "usize"},
	}, 0, NULL},
	{438, "pidfd_getfd", CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "pidfd", .meaning = CT_MEANING_FD},
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "flags"},
	}, 0, NULL},
	{439, "faccessat2", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_NAMES, .names = "access_mode"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "faccessat_flags"},
	}, 0, NULL},
	{440, "process_madvise", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "pidfd", .meaning = CT_MEANING_FD},
		{.name = "vec", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 3},
		{.name = "vlen"},
		{.name = "behavior", .meaning = CT_MEANING_NAMES, .names = "madvise"},
		{.name = "flags"},
	}, 0, NULL},
	{441, "epoll_pwait2", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "epfd", .meaning = CT_MEANING_FD},
		{.name = "events", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true},
		{.name = "maxevents"},
		{.name = "timeout"},
		{.name = "sigmask"},
		{.name = "sigsetsize"},
	}, 0, NULL},
	{442, "mount_setattr", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "path", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "usize"},
	}, 0, NULL},
	{443, "quotactl_fd", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cmd"},
		{.name = "id"},
		{.name = "addr"},
	}, 0, NULL},
	{444, "landlock_create_ruleset", CT_GROUP_DESC, CT_RESULT_FD, NULL, 3, {
		{.name = "attr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 2},
		{.name = "size"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "landlock_flags"},
	}, sizeof(landlock_create_ruleset_variants) / sizeof(landlock_create_ruleset_variants[0]), landlock_create_ruleset_variants},
	{445, "landlock_add_rule", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "ruleset_fd", .meaning = CT_MEANING_FD},
		{.name = "rule_type", .meaning = CT_MEANING_NAMES, .names = "landlock_rules"},
		{.name = "rule_attr", .meaning = CT_MEANING_ADDRESS},
		{.name = "flags"},
	}, sizeof(landlock_add_rule_variants) / sizeof(landlock_add_rule_variants[0]), landlock_add_rule_variants},
	{446, "landlock_restrict_self", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "ruleset_fd", .meaning = CT_MEANING_FD},
		{.name = "flags"},
	}, 0, NULL},
	{447, "memfd_secret", CT_GROUP_DESC, CT_RESULT_FD, NULL, 1, {
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "cloexec"},
	}, 0, NULL},
	{448, "process_mrelease", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 2, {
		{.name = "pidfd", .meaning = CT_MEANING_FD},
		{.name = "flags"},
	}, 0, NULL},
	{449, "futex_waitv", 0, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "waiters", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .length = 2},
		{.name = "nr_futexes"},
		{.name = "flags"},
		{.name = "timeout"},
		{.name = "clockid", .meaning = CT_MEANING_NAMES, .names = "clocks"},
	}, 0, NULL},
	{450, "set_mempolicy_home_node", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "home_node"},
		{.name = "flags"},
	}, 0, NULL},
	{451, "cachestat", CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "fd", .meaning = CT_MEANING_FD},
		{.name = "cstat_range", .direction = CT_DIRECTION_IN},
		{.name = "cstat", .direction = CT_DIRECTION_OUT},
		{.name = "flags"},
	}, 0, NULL},
	{452, "fchmodat2", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "mode", .meaning = CT_MEANING_MODE},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{453, "map_shadow_stack", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "addr", .meaning = CT_MEANING_ADDRESS},
		{.name = "size"},
		{.name = "flags"},
	}, 0, NULL},
	{454, "futex_wake", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "uaddr", .meaning = CT_MEANING_ADDRESS},
		{.name = "mask"},
		{.name = "nr"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "futex2_flags"},
	}, 0, NULL},
	{455, "futex_wait", 0, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "uaddr", .meaning = CT_MEANING_ADDRESS},
		{.name = "val"},
		{.name = "mask"},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "futex2_flags"},
		{.name = "timeout"},
		{.name = "clockid", .meaning = CT_MEANING_NAMES, .names = "clocks"},
	}, 0, NULL},
	{456, "futex_requeue", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "waiters", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_COUNT, .fixed = 2},
		{.name = "flags"},
		{.name = "nr_wake"},
		{.name = "nr_requeue"},
	}, 0, NULL},
	{457, "statmount", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "req"},
		{.name = "buf", .direction = CT_DIRECTION_OUT},
		{.name = "bufsize"},
		{.name = "flags"},
	}, 0, NULL},
	{458, "listmount", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "req"},
		{.name = "mnt_ids", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_COUNT, .length = 3, .by_result = true},
		{.name = "nr_mnt_ids"},
		{.name = "flags"},
	}, 0, NULL},
	{459, "lsm_get_self_attr", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "attr"},
		{.name = "ctx"},
		{.name = "size", .direction = CT_DIRECTION_INOUT},
		{.name = "flags"},
	}, 0, NULL},
	{460, "lsm_set_self_attr", 0, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "attr"},
		{.name = "ctx"},
		{.name = "size"},
		{.name = "flags"},
	}, 0, NULL},
	{461, "lsm_list_modules", 0, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "ids", .direction = CT_DIRECTION_OUT},
		{.name = "size", .direction = CT_DIRECTION_INOUT},
		{.name = "flags"},
	}, 0, NULL},
	{462, "mseal", CT_GROUP_MEMORY, CT_RESULT_NUMBER, NULL, 3, {
		{.name = "start", .meaning = CT_MEANING_ADDRESS},
		{.name = "len"},
		{.name = "flags"},
	}, 0, NULL},
	{463, "setxattrat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 6, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "at_flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
		{.name = "name"},
		{.name = "uargs", .direction = CT_DIRECTION_IN},
		{.name = "usize"},
	}, 0, NULL},
	{464, "getxattrat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 6, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "at_flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
		{.name = "name"},
		{.name = "uargs", .direction = CT_DIRECTION_IN},
		{.name = "usize"},
	}, 0, NULL},
	{465, "listxattrat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_SIZE, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "at_flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
		{.name = "list", .direction = CT_DIRECTION_OUT, .extent = CT_EXTENT_BYTES, .length = 5, .by_result = true},
		{.name = "size"},
	}, 0, NULL},
	{466, "removexattrat", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 4, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "pathname", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "at_flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
		{.name = "name"},
	}, 0, NULL},
	{467, "open_tree_attr", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_FD, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "flags", .meaning = CT_MEANING_NAMES, .names = "open_tree_flags"},
		{.name = "uattr", .direction = CT_DIRECTION_IN, .extent = CT_EXTENT_PART, .length = 5},
		{.name = "usize"},
	}, 0, NULL},
	{468, "file_getattr", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "ufattr", .direction = CT_DIRECTION_OUT},
		{.name = "usize"},
		{.name = "at_flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
	{469, "file_setattr", CT_GROUP_FILE | CT_GROUP_DESC, CT_RESULT_NUMBER, NULL, 5, {
		{.name = "dfd", .meaning = CT_MEANING_DIRFD},
		{.name = "filename", .meaning = CT_MEANING_PATH, .direction = CT_DIRECTION_IN},
		{.name = "ufattr", .direction = CT_DIRECTION_IN},
		{.name = "usize"},
		{.name = "at_flags", .meaning = CT_MEANING_NAMES, .names = "at_flags"},
	}, 0, NULL},
};
const size_t ct_syscall_row_count =
    sizeof(ct_syscall_rows) / sizeof(ct_syscall_rows[0]);

const char *const ct_syscall_i386_names[] = {
	[0] = "restart_syscall",
	[1] = "exit",
	[2] = "fork",
	[3] = "read",
	[4] = "write",
	[5] = "open",
	[6] = "close",
	[7] = "waitpid",
	[8] = "creat",
	[9] = "link",
	[10] = "unlink",
	[11] = "execve",
	[12] = "chdir",
	[13] = "time",
	[14] = "mknod",
	[15] = "chmod",
	[16] = "lchown",
	[17] = "break",
	[18] = "oldstat",
	[19] = "lseek",
	[20] = "getpid",
	[21] = "mount",
	[22] = "umount",
	[23] = "setuid",
	[24] = "getuid",
	[25] = "stime",
	[26] = "ptrace",
	[27] = "alarm",
	[28] = "oldfstat",
	[29] = "pause",
	[30] = "utime",
	[31] = "stty",
	[32] = "gtty",
	[33] = "access",
	[34] = "nice",
	[35] = "ftime",
	[36] = "sync",
	[37] = "kill",
	[38] = "rename",
	[39] = "mkdir",
	[40] = "rmdir",
	[41] = "dup",
	[42] = "pipe",
	[43] = "times",
	[44] = "prof",
	[45] = "brk",
	[46] = "setgid",
	[47] = "getgid",
	[48] = "signal",
	[49] = "geteuid",
	[50] = "getegid",
	[51] = "acct",
	[52] = "umount2",
	[53] = "lock",
	[54] = "ioctl",
	[55] = "fcntl",
	[56] = "mpx",
	[57] = "setpgid",
	[58] = "ulimit",
	[59] = "oldolduname",
	[60] = "umask",
	[61] = "chroot",
	[62] = "ustat",
	[63] = "dup2",
	[64] = "getppid",
	[65] = "getpgrp",
	[66] = "setsid",
	[67] = "sigaction",
	[68] = "sgetmask",
	[69] = "ssetmask",
	[70] = "setreuid",
	[71] = "setregid",
	[72] = "sigsuspend",
	[73] = "sigpending",
	[74] = "sethostname",
	[75] = "setrlimit",
	[76] = "getrlimit",
	[77] = "getrusage",
	[78] = "gettimeofday",
	[79] = "settimeofday",
	[80] = "getgroups",
	[81] = "setgroups",
	[82] = "select",
	[83] = "symlink",
	[84] = "oldlstat",
	[85] = "readlink",
	[86] = "uselib",
	[87] = "swapon",
	[88] = "reboot",
	[89] = "readdir",
	[90] = "mmap",
	[91] = "munmap",
	[92] = "truncate",
	[93] = "ftruncate",
	[94] = "fchmod",
	[95] = "fchown",
	[96] = "getpriority",
	[97] = "setpriority",
	[98] = "profil",
	[99] = "statfs",
	[100] = "fstatfs",
	[101] = "ioperm",
	[102] = "socketcall",
	[103] = "syslog",
	[104] = "setitimer",
	[105] = "getitimer",
	[106] = "stat",
	[107] = "lstat",
	[108] = "fstat",
	[109] = "olduname",
	[110] = "iopl",
	[111] = "vhangup",
	[112] = "idle",
	[113] = "vm86old",
	[114] = "wait4",
	[115] = "swapoff",
	[116] = "sysinfo",
	[117] = "ipc",
	[118] = "fsync",
	[119] = "sigreturn",
	[120] = "clone",
	[121] = "setdomainname",
	[122] = "uname",
	[123] = "modify_ldt",
	[124] = "adjtimex",
	[125] = "mprotect",
	[126] = "sigprocmask",
	[127] = "create_module",
	[128] = "init_module",
	[129] = "delete_module",
	[130] = "get_kernel_syms",
	[131] = "quotactl",
	[132] = "getpgid",
	[133] = "fchdir",
	[134] = "bdflush",
	[135] = "sysfs",
	[136] = "personality",
	[137] = "afs_syscall",
	[138] = "setfsuid",
	[139] = "setfsgid",
	[140] = "_llseek",
	[141] = "getdents",
	[142] = "_newselect",
	[143] = "flock",
	[144] = "msync",
	[145] = "readv",
	[146] = "writev",
	[147] = "getsid",
	[148] = "fdatasync",
	[149] = "_sysctl",
	[150] = "mlock",
	[151] = "munlock",
	[152] = "mlockall",
	[153] = "munlockall",
	[154] = "sched_setparam",
	[155] = "sched_getparam",
	[156] = "sched_setscheduler",
	[157] = "sched_getscheduler",
	[158] = "sched_yield",
	[159] = "sched_get_priority_max",
	[160] = "sched_get_priority_min",
	[161] = "sched_rr_get_interval",
	[162] = "nanosleep",
	[163] = "mremap",
	[164] = "setresuid",
	[165] = "getresuid",
	[166] = "vm86",
	[167] = "query_module",
	[168] = "poll",
	[169] = "nfsservctl",
	[170] = "setresgid",
	[171] = "getresgid",
	[172] = "prctl",
	[173] = "rt_sigreturn",
	[174] = "rt_sigaction",
	[175] = "rt_sigprocmask",
	[176] = "rt_sigpending",
	[177] = "rt_sigtimedwait",
	[178] = "rt_sigqueueinfo",
	[179] = "rt_sigsuspend",
	[180] = "pread64",
	[181] = "pwrite64",
	[182] = "chown",
	[183] = "getcwd",
	[184] = "capget",
	[185] = "capset",
	[186] = "sigaltstack",
	[187] = "sendfile",
	[188] = "getpmsg",
	[189] = "putpmsg",
	[190] = "vfork",
	[191] = "ugetrlimit",
	[192] = "mmap2",
	[193] = "truncate64",
	[194] = "ftruncate64",
	[195] = "stat64",
	[196] = "lstat64",
	[197] = "fstat64",
	[198] = "lchown32",
	[199] = "getuid32",
	[200] = "getgid32",
	[201] = "geteuid32",
	[202] = "getegid32",
	[203] = "setreuid32",
	[204] = "setregid32",
	[205] = "getgroups32",
	[206] = "setgroups32",
	[207] = "fchown32",
	[208] = "setresuid32",
	[209] = "getresuid32",
	[210] = "setresgid32",
	[211] = "getresgid32",
	[212] = "chown32",
	[213] = "setuid32",
	[214] = "setgid32",
	[215] = "setfsuid32",
	[216] = "setfsgid32",
	[217] = "pivot_root",
	[218] = "mincore",
	[219] = "madvise",
	[220] = "getdents64",
	[221] = "fcntl64",
	[224] = "gettid",
	[225] = "readahead",
	[226] = "setxattr",
	[227] = "lsetxattr",
	[228] = "fsetxattr",
	[229] = "getxattr",
	[230] = "lgetxattr",
	[231] = "fgetxattr",
	[232] = "listxattr",
	[233] = "llistxattr",
	[234] = "flistxattr",
	[235] = "removexattr",
	[236] = "lremovexattr",
	[237] = "fremovexattr",
	[238] = "tkill",
	[239] = "sendfile64",
	[240] = "futex",
	[241] = "sched_setaffinity",
	[242] = "sched_getaffinity",
	[243] = "set_thread_area",
	[244] = "get_thread_area",
	[245] = "io_setup",
	[246] = "io_destroy",
	[247] = "io_getevents",
	[248] = "io_submit",
	[249] = "io_cancel",
	[250] = "fadvise64",
	[252] = "exit_group",
	[253] = "lookup_dcookie",
	[254] = "epoll_create",
	[255] = "epoll_ctl",
	[256] = "epoll_wait",
	[257] = "remap_file_pages",
	[258] = "set_tid_address",
	[259] = "timer_create",
	[260] = "timer_settime",
	[261] = "timer_gettime",
	[262] = "timer_getoverrun",
	[263] = "timer_delete",
	[264] = "clock_settime",
	[265] = "clock_gettime",
	[266] = "clock_getres",
	[267] = "clock_nanosleep",
	[268] = "statfs64",
	[269] = "fstatfs64",
	[270] = "tgkill",
	[271] = "utimes",
	[272] = "fadvise64_64",
	[273] = "vserver",
	[274] = "mbind",
	[275] = "get_mempolicy",
	[276] = "set_mempolicy",
	[277] = "mq_open",
	[278] = "mq_unlink",
	[279] = "mq_timedsend",
	[280] = "mq_timedreceive",
	[281] = "mq_notify",
	[282] = "mq_getsetattr",
	[283] = "kexec_load",
	[284] = "waitid",
	[286] = "add_key",
	[287] = "request_key",
	[288] = "keyctl",
	[289] = "ioprio_set",
	[290] = "ioprio_get",
	[291] = "inotify_init",
	[292] = "inotify_add_watch",
	[293] = "inotify_rm_watch",
	[294] = "migrate_pages",
	[295] = "openat",
	[296] = "mkdirat",
	[297] = "mknodat",
	[298] = "fchownat",
	[299] = "futimesat",
	[300] = "fstatat64",
	[301] = "unlinkat",
	[302] = "renameat",
	[303] = "linkat",
	[304] = "symlinkat",
	[305] = "readlinkat",
	[306] = "fchmodat",
	[307] = "faccessat",
	[308] = "pselect6",
	[309] = "ppoll",
	[310] = "unshare",
	[311] = "set_robust_list",
	[312] = "get_robust_list",
	[313] = "splice",
	[314] = "sync_file_range",
	[315] = "tee",
	[316] = "vmsplice",
	[317] = "move_pages",
	[318] = "getcpu",
	[319] = "epoll_pwait",
	[320] = "utimensat",
	[321] = "signalfd",
	[322] = "timerfd_create",
	[323] = "eventfd",
	[324] = "fallocate",
	[325] = "timerfd_settime",
	[326] = "timerfd_gettime",
	[327] = "signalfd4",
	[328] = "eventfd2",
	[329] = "epoll_create1",
	[330] = "dup3",
	[331] = "pipe2",
	[332] = "inotify_init1",
	[333] = "preadv",
	[334] = "pwritev",
	[335] = "rt_tgsigqueueinfo",
	[336] = "perf_event_open",
	[337] = "recvmmsg",
	[338] = "fanotify_init",
	[339] = "fanotify_mark",
	[340] = "prlimit64",
	[341] = "name_to_handle_at",
	[342] = "open_by_handle_at",
	[343] = "clock_adjtime",
	[344] = "syncfs",
	[345] = "sendmmsg",
	[346] = "setns",
	[347] = "process_vm_readv",
	[348] = "process_vm_writev",
	[349] = "kcmp",
	[350] = "finit_module",
	[351] = "sched_setattr",
	[352] = "sched_getattr",
	[353] = "renameat2",
	[354] = "seccomp",
	[355] = "getrandom",
	[356] = "memfd_create",
	[357] = "bpf",
	[358] = "execveat",
	[359] = "socket",
	[360] = "socketpair",
	[361] = "bind",
	[362] = "connect",
	[363] = "listen",
	[364] = "accept4",
	[365] = "getsockopt",
	[366] = "setsockopt",
	[367] = "getsockname",
	[368] = "getpeername",
	[369] = "sendto",
	[370] = "sendmsg",
	[371] = "recvfrom",
	[372] = "recvmsg",
	[373] = "shutdown",
	[374] = "userfaultfd",
	[375] = "membarrier",
	[376] = "mlock2",
	[377] = "copy_file_range",
	[378] = "preadv2",
	[379] = "pwritev2",
	[380] = "pkey_mprotect",
	[381] = "pkey_alloc",
	[382] = "pkey_free",
	[383] = "statx",
	[384] = "arch_prctl",
	[385] = "io_pgetevents",
	[386] = "rseq",
	[393] = "semget",
	[394] = "semctl",
	[395] = "shmget",
	[396] = "shmctl",
	[397] = "shmat",
	[398] = "shmdt",
	[399] = "msgget",
	[400] = "msgsnd",
	[401] = "msgrcv",
	[402] = "msgctl",
	[403] = "clock_gettime64",
	[404] = "clock_settime64",
	[405] = "clock_adjtime64",
	[406] = "clock_getres_time64",
	[407] = "clock_nanosleep_time64",
	[408] = "timer_gettime64",
	[409] = "timer_settime64",
	[410] = "timerfd_gettime64",
	[411] = "timerfd_settime64",
	[412] = "utimensat_time64",
	[413] = "pselect6_time64",
	[414] = "ppoll_time64",
	[416] = "io_pgetevents_time64",
	[417] = "recvmmsg_time64",
	[418] = "mq_timedsend_time64",
	[419] = "mq_timedreceive_time64",
	[420] = "semtimedop_time64",
	[421] = "rt_sigtimedwait_time64",
	[422] = "futex_time64",
	[423] = "sched_rr_get_interval_time64",
	[424] = "pidfd_send_signal",
	[425] = "io_uring_setup",
	[426] = "io_uring_enter",
	[427] = "io_uring_register",
	[428] = "open_tree",
	[429] = "move_mount",
	[430] = "fsopen",
	[431] = "fsconfig",
	[432] = "fsmount",
	[433] = "fspick",
	[434] = "pidfd_open",
	[435] = "clone3",
	[436] = "close_range",
	[437] = "openat2",
	[438] = "pidfd_getfd",
	[439] = "faccessat2",
	[440] = "process_madvise",
	[441] = "epoll_pwait2",
	[442] = "mount_setattr",
	[443] = "quotactl_fd",
	[444] = "landlock_create_ruleset",
	[445] = "landlock_add_rule",
	[446] = "landlock_restrict_self",
	[447] = "memfd_secret",
	[448] = "process_mrelease",
	[449] = "futex_waitv",
	[450] = "set_mempolicy_home_node",
	[451] = "cachestat",
	[452] = "fchmodat2",
	[454] = "futex_wake",
	[455] = "futex_wait",
	[456] = "futex_requeue",
	[457] = "statmount",
	[458] = "listmount",
	[459] = "lsm_get_self_attr",
	[460] = "lsm_set_self_attr",
	[461] = "lsm_list_modules",
	[462] = "mseal",
	[463] = "setxattrat",
	[464] = "getxattrat",
	[465] = "listxattrat",
	[466] = "removexattrat",
	[467] = "open_tree_attr",
	[468] = "file_getattr",
	[469] = "file_setattr",
};
const size_t ct_syscall_i386_count =
    sizeof(ct_syscall_i386_names) / sizeof(ct_syscall_i386_names[0]);
