/* SPDX-License-Identifier: MIT */
/*
 * What a seccomp filter says of a system call, as the kernel would run it
 * (seccomp(2)).  Also compiled into the agent: nothing of a library is called.
 */
#ifndef CT_PROCESS_BPF_H
#define CT_PROCESS_BPF_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* SECCOMP_RET_*, with data.  The filter may be anything. */
struct seccomp_data;
uint32_t ct_bpf_run(const struct sock_filter *code, size_t count,
		    const struct seccomp_data *data);

/* The same for a call of x86-64, the action alone. */
uint32_t ct_bpf_action(const struct sock_filter *code, size_t count, int number,
		       const uint64_t args[6]);

#endif
