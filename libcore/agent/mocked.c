/* SPDX-License-Identifier: MIT */
/* A mock answers: any mock, the long way.  answer.c has the quick one. */
#include <string.h>
#include <sys/syscall.h>

#include "agent/call.h"
#include "agent/fault.h"
#include "ctester/process.h"
#include "value/capture.h"

static void write_outs(struct agent_call *call, const struct ct_mock *mock)
{
	const ct_ref *table = ct_region_at(agent_region, agent_shared->outs);
	if (!table || mock->id >= agent_shared->outs_capacity)
		return;
	for (ct_ref ref = table[mock->id]; ref;) {
		const struct ct_agent_outs *out =
		    ct_region_at(agent_region, ref);
		uint64_t to = 0;
		uint8_t byte;
		if (out->offset + sizeof(to) <= call->record->args_size)
			memcpy(&to, ct_record_args(call->record) + out->offset,
			       sizeof(to));
		if (to && agent_look(call->thread, to, &byte, 1) == 1)
			agent_store((void *)to, out->bytes, out->size);
		ref = out->next;
	}
}

static void force(struct agent_call *call, const struct ct_mock *mock)
{
	struct ct_regs *regs = call->regs;
	struct ct_fp_result fp;
	uint64_t sret = ct_capture_sret(call->plan, regs);
	if (call->plan->result_indirect && sret &&
	    mock->value_size >= call->plan->result_size)
		memcpy((void *)sret, mock->value, call->plan->result_size);
	ct_decide_force(call->plan, mock, call->frame->return_address, regs,
			&fp);
	for (int i = 0; i < fp.xmm_count; i++)
		memcpy(regs->xmm[i], fp.xmm[i], sizeof(fp.xmm[i]));
	for (int i = 0; i < fp.st_count; i++)
		memcpy(regs->st[i], fp.st[i], sizeof(fp.st[i]));
	regs->reserved = (uint32_t)(fp.st_count | fp.xmm_count << 8);
}

static void sleep_ns(uint64_t ns)
{
	uint64_t time[2] = {ns / 1000000000, ns % 1000000000};
	uint64_t started = agent_now();
	while (agent_quiet && agent_shared->clock && agent_ticks() &&
	       agent_since(started) < ns)
		__builtin_ia32_pause();
	while (!agent_quiet &&
	       agent_ask(SYS_nanosleep, (long)time, (long)time, 0, 0) < 0)
		; /* interrupted: what is left */
}

void agent_call_answer(struct agent_call *call, const struct ct_mock *mock,
		       bool recorded)
{
	uint64_t started = call->record->time_ns;
	write_outs(call, mock);
	force(call, mock);
	if (mock->delay_ns)
		agent_call_open(call);
	agent_call_make_room(call);
	struct ct_record *record = call->record;
	if (mock->flags & CT_MOCK_HAS_ERRNO) {
		record->errno_value = mock->errno_value;
		record->flags |= CT_RECORD_HAS_ERRNO;
		if (agent_shared->errno_known)
			*agent_errno_at() = mock->errno_value;
	}
	if (recorded)
		agent_call_capture_exit(call);
	if (mock->delay_ns) {
		sleep_ns(mock->delay_ns);
		record->duration_ns = agent_since(started);
	}
	agent_call_finish(call, recorded);
}
