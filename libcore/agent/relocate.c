/* SPDX-License-Identifier: MIT */
/*
 * What an instruction needs to mean the same elsewhere (Intel SDM, volume 2):
 * a rip-relative operand, its displacement anew; a branch, its target, which
 * from 8 bits may have to become 32 or an address in memory; a call, the
 * return address that it would have pushed, so that unwinders find the
 * function and not a pad.  All else is copied.
 */
#include <string.h>

#include <Zydis/Zydis.h>

#include "agent/relocate.h"

enum {
	SHORT_JUMP_SIZE = 2, /* jmp rel8 */
	JUMP_SIZE = 5,       /* jmp rel32 */
	FAR_JUMP_SIZE = 14,  /* jmp *0(%rip), and the address */
	INSN_MAX = ZYDIS_MAX_INSTRUCTION_LENGTH,
	SCAN_MAX = 1 << 20, /* bytes of a function that are looked at */
};

struct relocator {
	const struct ct_relocation_input *input;
	struct ct_relocation *out;
	ZydisDecoder decoder;
	size_t at; /* the instruction at hand, in the function */
	ZydisDecodedInstruction insn;
	const char *problem;
};

static void init_decoder(ZydisDecoder *decoder)
{
	ZydisDecoderInit(decoder, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
}

static bool decode(const ZydisDecoder *decoder, const uint8_t *code,
		   size_t size, ZydisDecodedInstruction *ret)
{
	return ZYAN_SUCCESS(
	    ZydisDecoderDecodeInstruction(decoder, NULL, code, size, ret));
}

size_t ct_instruction_size(const uint8_t *code, size_t size)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction insn;
	init_decoder(&decoder);
	return decode(&decoder, code, size, &insn) ? insn.length : 0;
}

static bool is_branch(const ZydisDecodedInstruction *insn)
{
	return insn->raw.imm[0].is_relative;
}

/* rip-relative: mod 0, rm 5 (SDM 2.2.1.6), without a segment's base. */
static bool is_rip_relative(const ZydisDecodedInstruction *insn)
{
	return insn->attributes & ZYDIS_ATTRIB_HAS_MODRM &&
	       insn->raw.modrm.mod == 0 && insn->raw.modrm.rm == 5 &&
	       insn->raw.disp.size == 32;
}

/* Nothing runs on behind it. */
static bool is_end(const ZydisDecodedInstruction *insn)
{
	return insn->meta.category == ZYDIS_CATEGORY_RET ||
	       insn->meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
	       insn->mnemonic == ZYDIS_MNEMONIC_UD2 ||
	       insn->mnemonic == ZYDIS_MNEMONIC_HLT;
}

/* What linkers and compilers put between functions. */
static bool is_padding(const ZydisDecodedInstruction *insn)
{
	return insn->mnemonic == ZYDIS_MNEMONIC_NOP ||
	       insn->mnemonic == ZYDIS_MNEMONIC_INT3;
}

size_t ct_code_find_padding(const uint8_t *code, size_t size, size_t from,
			    size_t *at)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction insn;
	bool ended = false;
	size_t found = 0;
	init_decoder(&decoder);
	for (size_t i = 0; i < size; i += insn.length) {
		if (!decode(&decoder, code + i, size - i, &insn))
			break;
		if (ended && is_padding(&insn)) {
			if (!found)
				*at = i;
			found += insn.length;
			continue;
		}
		if (found && *at >= from)
			break;
		found = 0;
		ended = is_end(&insn);
	}
	return found && *at >= from ? found : 0;
}

static bool is_near(uint64_t from, uint64_t to)
{
	int64_t distance = (int64_t)(to - from);
	return distance == (int32_t)distance;
}

/* ---- writing the pad */

static void emit(struct relocator *r, const void *bytes, size_t size)
{
	struct ct_relocation *out = r->out;
	if (size > sizeof(out->pad) - out->pad_size) {
		r->problem = "its first instructions take too much room";
		return;
	}
	memcpy(out->pad + out->pad_size, bytes, size);
	out->pad_size += (uint32_t)size;
}

static uint64_t here(const struct relocator *r)
{
	return r->input->pad + r->out->pad_size;
}

static size_t put_jump(uint8_t *to, uint64_t at, uint64_t target)
{
	if (is_near(at + JUMP_SIZE, target)) {
		uint32_t distance = (uint32_t)(target - at - JUMP_SIZE);
		to[0] = 0xe9;
		memcpy(to + 1, &distance, 4);
		return JUMP_SIZE;
	}
	static const uint8_t far[] = {0xff, 0x25, 0, 0, 0, 0};
	memcpy(to, far, sizeof(far));
	memcpy(to + sizeof(far), &target, 8);
	return FAR_JUMP_SIZE;
}

static void emit_jump(struct relocator *r, uint64_t target)
{
	uint8_t jump[FAR_JUMP_SIZE];
	emit(r, jump, put_jump(jump, here(r), target));
}

/* push imm32 is sign-extended: the upper half is written behind it. */
static void emit_push(struct relocator *r, uint64_t value)
{
	uint8_t code[13] = {0x68, 0, 0, 0, 0, 0xc7, 0x44, 0x24, 0x04};
	uint32_t low = (uint32_t)value, high = (uint32_t)(value >> 32);
	memcpy(code + 1, &low, 4);
	memcpy(code + 9, &high, 4);
	emit(r, code, sizeof(code));
}

static void emit_copy(struct relocator *r)
{
	const ZydisDecodedInstruction *insn = &r->insn;
	uint8_t bytes[INSN_MAX];
	memcpy(bytes, r->input->code + r->at, insn->length);
	if (is_rip_relative(insn)) {
		uint64_t means = r->input->addr + r->at + insn->length +
				 (uint64_t)insn->raw.disp.value;
		uint64_t next = here(r) + insn->length;
		if (!is_near(next, means)) {
			r->problem = "its data is too far from any free page";
			return;
		}
		uint32_t disp = (uint32_t)(means - next);
		memcpy(bytes + insn->raw.disp.offset, &disp, 4);
	}
	emit(r, bytes, insn->length);
}

/* ---- branches */

static uint64_t branch_target(const struct relocator *r)
{
	return r->input->addr + r->at + r->insn.length +
	       (uint64_t)r->insn.raw.imm[0].value.s;
}

/* A condition becomes "not: over the jump", which reaches everything. */
static void relocate_condition(struct relocator *r, uint64_t target)
{
	uint8_t opcode = r->insn.opcode;
	uint8_t jump[FAR_JUMP_SIZE];
	if (opcode >= 0xe0 && opcode <= 0xe3) { /* loop*, jrcxz: only 8 bits */
		uint8_t bytes[INSN_MAX];
		uint8_t over[] = {0xeb, 0};
		size_t at = r->insn.raw.imm[0].offset;
		memcpy(bytes, r->input->code + r->at, r->insn.length);
		bytes[at] = sizeof(over);
		emit(r, bytes, r->insn.length);
		size_t size = put_jump(jump, here(r) + sizeof(over), target);
		over[1] = (uint8_t)size;
		emit(r, over, sizeof(over));
		emit(r, jump, size);
		return;
	}
	uint8_t not_so[] = {(uint8_t)(0x70 | ((opcode & 0xf) ^ 1)), 0};
	size_t size = put_jump(jump, here(r) + sizeof(not_so), target);
	not_so[1] = (uint8_t)size;
	emit(r, not_so, sizeof(not_so));
	emit(r, jump, size);
}

/* The callee returns into the function itself: so nothing displaced may
 * follow. */
static bool is_last_displaced(struct relocator *r)
{
	if (r->at + r->insn.length >= r->out->patch_size)
		return true;
	r->problem = "a call is among its first bytes";
	return false;
}

static void relocate_indirect_call(struct relocator *r)
{
	ZydisDecodedInstruction *insn = &r->insn;
	bool on_stack = insn->raw.modrm.mod != 3 && insn->raw.modrm.rm == 4 &&
			insn->raw.sib.base == 4;
	bool is_rsp = insn->raw.modrm.mod == 3 && insn->raw.modrm.rm == 4 &&
		      !(insn->raw.rex.B);
	if (!is_last_displaced(r))
		return;
	if (on_stack || is_rsp || insn->raw.modrm.reg != 2) {
		r->problem = "a call through its stack is among its first "
			     "bytes";
		return;
	}
	emit_push(r, r->input->addr + r->at + insn->length);
	uint32_t start = r->out->pad_size;
	emit_copy(r);
	if (!r->problem) /* FF /2 is call, FF /4 is jmp */
		r->out->pad[start + insn->raw.modrm.offset] ^= 0x30;
}

static void relocate_branch(struct relocator *r)
{
	uint64_t target = branch_target(r);
	uint64_t addr = r->input->addr;
	if (target - addr > 0 && target - addr < CT_HOOK_PATCH_MAX &&
	    target - addr < r->out->patch_size) {
		r->problem = "a jump leads into its first bytes";
		return;
	}
	if (r->insn.meta.category == ZYDIS_CATEGORY_COND_BR) {
		relocate_condition(r, target);
	} else if (r->insn.mnemonic == ZYDIS_MNEMONIC_JMP) {
		emit_jump(r, target);
	} else if (r->insn.mnemonic == ZYDIS_MNEMONIC_CALL) {
		if (!is_last_displaced(r))
			return;
		emit_push(r, addr + r->at + r->insn.length);
		emit_jump(r, target);
	} else {
		r->problem = "a transaction begins in its first bytes";
	}
}

static void relocate_one(struct relocator *r)
{
	struct ct_relocation *out = r->out;
	out->displaced[out->displaced_count++] =
	    (struct ct_displaced){(uint8_t)r->at, (uint8_t)out->pad_size};
	if (is_branch(&r->insn))
		relocate_branch(r);
	else if (r->insn.mnemonic == ZYDIS_MNEMONIC_CALL)
		relocate_indirect_call(r);
	else
		emit_copy(r);
}

/* ---- the whole */

/*
 * The usual prologue stays where it is, and the pad undoes it: debuggers find
 * by these bytes where a function's body begins, and put breakpoints there.
 */
static size_t find_kept(const struct ct_relocation_input *input, bool *framed)
{
	static const uint8_t endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
	static const uint8_t frames[2][4] = {{0x55, 0x48, 0x89, 0xe5},
					     {0x55, 0x48, 0x8b, 0xec}};
	size_t kept = 0;
	*framed = false;
	if (input->code_size < sizeof(endbr64) + sizeof(frames[0]) ||
	    input->function_size < sizeof(endbr64) + sizeof(frames[0]))
		return 0;
	if (!memcmp(input->code, endbr64, sizeof(endbr64)))
		kept = sizeof(endbr64);
	for (int i = 0; i < 2; i++)
		*framed |=
		    !memcmp(input->code + kept, frames[i], sizeof(frames[i]));
	return *framed ? kept + sizeof(frames[0]) : kept;
}

static const char *measure(struct relocator *r, size_t wanted)
{
	const struct ct_relocation_input *input = r->input;
	bool ended = false;
	size_t at = 0;
	while (at < wanted) {
		if (!decode(&r->decoder, input->code + at,
			    input->code_size - at, &r->insn))
			return "its first bytes are no instructions";
		bool outside = at >= input->function_size;
		if (outside && !(ended && is_padding(&r->insn)))
			return "it is too short";
		if (!outside)
			ended = is_end(&r->insn);
		at += r->insn.length;
	}
	if (at > CT_HOOK_PATCH_MAX)
		return "its first instructions are too long";
	if (input->free_size && at > input->free_size)
		return at > input->function_size
			   ? "it is too short"
			   : "other code begins in its first bytes";
	r->out->patch_size = (uint32_t)at;
	return NULL;
}

/* No branch of the function leads behind its first byte, into what is
 * displaced.  What is overwritten but not decoded (a table in the code) does
 * not matter unless it hides a branch: then the file's own scan finds it. */
static const char *scan(struct relocator *r)
{
	const struct ct_relocation_input *input = r->input;
	size_t size = input->function_size < input->code_size
			  ? input->function_size
			  : input->code_size;
	if (size > SCAN_MAX)
		size = SCAN_MAX;
	ZydisDecodedInstruction insn;
	for (size_t at = 0; at < size;) {
		if (!decode(&r->decoder, input->code + at, size - at, &insn)) {
			at++;
			continue;
		}
		at += insn.length;
		if (!is_branch(&insn))
			continue;
		uint64_t to = at + (uint64_t)insn.raw.imm[0].value.s;
		if (to && to < r->out->patch_size)
			return "a jump leads into its first bytes";
	}
	if (input->is_target &&
	    input->is_target(input->arg, input->addr + 1,
			     input->addr + r->out->patch_size))
		return "another function jumps into its first bytes";
	return NULL;
}

static void emit_head(struct relocator *r, bool framed)
{
	static const uint8_t pop_rbp[] = {0x5d};
	uint8_t push[] = {0x68, 0, 0, 0, 0};
	if (framed)
		emit(r, pop_rbp, sizeof(pop_rbp));
	memcpy(push + 1, &r->input->index, 4);
	emit(r, push, sizeof(push));
	emit_jump(r, r->input->enter);
	r->out->trampoline = r->out->pad_size;
}

/* Whether the body begins in what a jump behind `kept` bytes would replace. */
static bool hides_body(const struct ct_relocation_input *input, size_t kept,
		       size_t patch_size, bool framed)
{
	uint64_t body = input->body ? input->body(input->arg, framed) : 0;
	return body && body - input->addr > kept &&
	       body - input->addr < patch_size;
}

/* What was measured for a jump behind `kept` bytes hides the body, and at the
 * entry it would not. */
static bool is_better_in_front(struct relocator *r, size_t kept, bool framed)
{
	uint32_t behind = r->out->patch_size;
	uint8_t jump[FAR_JUMP_SIZE];
	if (!hides_body(r->input, kept, behind, framed))
		return false;
	size_t size = put_jump(jump, r->input->addr, r->input->pad);
	bool better = !measure(r, size) &&
		      !hides_body(r->input, 0, r->out->patch_size, framed);
	r->out->patch_size = behind;
	return better;
}

/* The jump, behind `kept` bytes that the pad undoes if they are a frame. */
struct layout {
	size_t kept;
	bool framed;
	uint8_t jump[FAR_JUMP_SIZE];
	size_t size;
	struct ct_room room; /* of a jump of two bytes */
};

static struct layout layout_at(const struct ct_relocation_input *input,
			       size_t kept, bool framed)
{
	struct layout layout = {.kept = kept, .framed = framed};
	layout.size = put_jump(layout.jump, input->addr + kept, input->pad);
	return layout;
}

static const char *build(struct relocator *r, const struct layout *layout)
{
	const struct ct_relocation_input *input = r->input;
	struct ct_relocation *out = r->out;
	*out = (struct ct_relocation){0};
	r->problem = NULL;
	const char *problem = measure(r, layout->kept + layout->size);
	if (!problem)
		problem = scan(r);
	if (problem)
		return problem;
	emit_head(r, layout->framed);
	for (r->at = 0; r->at < out->patch_size && !r->problem;
	     r->at += r->insn.length) {
		if (!decode(&r->decoder, input->code + r->at,
			    input->code_size - r->at, &r->insn))
			return "its first bytes are no instructions";
		relocate_one(r);
	}
	out->onward = out->pad_size;
	emit_jump(r, input->addr + out->patch_size);
	if (r->problem)
		return r->problem;
	memcpy(out->original, input->code, out->patch_size);
	memcpy(out->patch, input->code, layout->kept);
	memset(out->patch + layout->kept, 0xcc, out->patch_size - layout->kept);
	memcpy(out->patch + layout->kept, layout->jump, layout->size);
	out->kept = (uint32_t)layout->kept;
	return NULL;
}

/* Two bytes that lead to room for more; false: there is none. */
static bool build_short(struct relocator *r, size_t kept, bool framed)
{
	const struct ct_relocation_input *input = r->input;
	uint64_t from = input->addr + kept + SHORT_JUMP_SIZE;
	struct layout layout = {.kept = kept,
				.framed = framed,
				.jump = {0xeb},
				.size = SHORT_JUMP_SIZE};
	uint8_t jump[FAR_JUMP_SIZE];
	if (measure(r, kept + SHORT_JUMP_SIZE) || scan(r) ||
	    !input->find_room(input->arg, from + INT8_MIN, from + INT8_MAX + 1,
			      &layout.room))
		return false;
	uint64_t room = layout.room.addr;
	layout.jump[1] = (uint8_t)(room - from);
	if (put_jump(jump, room, input->pad) != CT_HOOK_ROOM ||
	    room - input->addr < r->out->patch_size ||
	    input->addr - room < CT_HOOK_ROOM || build(r, &layout))
		return false;
	r->out->room = layout.room;
	memcpy(r->out->room_patch, jump, CT_HOOK_ROOM);
	return true;
}

const char *ct_relocate(const struct ct_relocation_input *input,
			struct ct_relocation *ret)
{
	struct relocator r = {.input = input, .out = ret};
	bool framed;
	*ret = (struct ct_relocation){0};
	init_decoder(&r.decoder);
	size_t kept = find_kept(input, &framed);
	struct layout layout = layout_at(input, kept, framed);
	if (kept && (measure(&r, kept + layout.size) ||
		     is_better_in_front(&r, kept, framed)))
		layout = layout_at(input, 0, false);
	const char *problem = build(&r, &layout);
	if (problem && input->find_room &&
	    (build_short(&r, kept, framed) ||
	     (kept && build_short(&r, 0, false))))
		return NULL;
	return problem;
}
