/* SPDX-License-Identifier: MIT */
/*
 * Enough of the x86-64 encoding (Intel SDM, volume 2, chapter 2 and the maps
 * of appendix A) to know how long the common instructions at function entries
 * and return sites are.  EVEX and everything unusual are left out: "unknown"
 * is always a right answer.
 */
#include <stdbool.h>
#include <string.h>

#include "process/insn.h"

/*
 * One letter an opcode, 16 a row:
 *   .  unknown, or depends on rip     -  no operand bytes
 *   m  ModRM                          i  imm8        I  imm16/32
 *   b  ModRM, imm8                    d  ModRM, imm16/32
 *   q  imm16/32, or imm64 with REX.W  0-3  a group: see read_group()
 */
static const char one_byte[16][17] = {
    "mmmmiI..mmmmiI..", /* 00 add, or; 0f is the two-byte map */
    "mmmmiI..mmmmiI..", /* 10 adc, sbb */
    "mmmmiI..mmmmiI..", /* 20 and, sub */
    "mmmmiI..mmmmiI..", /* 30 xor, cmp */
    "................", /* 40 REX */
    "----------------", /* 50 push, pop */
    "...m....Idib....", /* 60 movsxd, push, imul */
    "................", /* 70 jcc */
    "bd.bmmmmmmmm.m..", /* 80 group 1, test, xchg, mov, lea */
    "----------......", /* 90 nop, xchg, cwde, cdq */
    "....----iI------", /* a0 string instructions, test */
    "iiiiiiiiqqqqqqqq", /* b0 mov */
    "bb.-..01.-......", /* c0 shifts, ret, mov, leave */
    "mmmm....mmmmmmmm", /* d0 shifts, x87 */
    "................", /* e0 calls, jumps, in, out */
    ".....-23--..--mm", /* f0 cmc, group 3, clc, cld, groups 4 and 5 */
};

static const char two_byte[16][17] = {
    ".............m..", /* 00 prefetch */
    "mmmmmmmmmmmmmmmm", /* 10 SSE moves, hints such as endbr64 */
    "........mmmmmmmm", /* 20 SSE conversions */
    "................", /* 30 */
    "mmmmmmmmmmmmmmmm", /* 40 cmov */
    "mmmmmmmmmmmmmmmm", /* 50 SSE */
    "mmmmmmmmmmmmmmmm", /* 60 SSE */
    "bbbbmmm-....mmmm", /* 70 shuffles, shifts, moves */
    "................", /* 80 jcc */
    "mmmmmmmmmmmmmmmm", /* 90 setcc */
    "...mbm.....mbm.m", /* a0 bt, shld, bts, shrd, imul */
    "mm.m..mmm.bmmmmm", /* b0 cmpxchg, btr, movzx, popcnt, bsf, movsx */
    "mmbmbbb.--------", /* c0 xadd, cmpps, movnti, pinsrw, bswap */
    "mmmmmmmmmmmmmmmm", /* d0 SSE */
    "mmmmmmmmmmmmmmmm", /* e0 SSE */
    "mmmmmmmmmmmmmmm.", /* f0 SSE */
};

struct cursor {
	const uint8_t *code;
	size_t size;
	size_t at;
	bool operand_16; /* prefix 66 */
	uint8_t rex;
	size_t disp_at; /* of a rip-relative operand */
	bool on_stack;  /* the operand's base is rsp */
};

#define REX_W 8
#define REX_B 1

static bool is_prefix(uint8_t byte)
{
	return byte == 0x66 || byte == 0xf2 || byte == 0xf3 || byte == 0xf0 ||
	       byte == 0x64 || byte == 0x65;
}

static void read_prefixes(struct cursor *cursor)
{
	while (cursor->at < cursor->size && is_prefix(cursor->code[cursor->at]))
		cursor->operand_16 |= cursor->code[cursor->at++] == 0x66;
	if (cursor->at < cursor->size &&
	    (cursor->code[cursor->at] & 0xf0) == 0x40)
		cursor->rex = cursor->code[cursor->at++];
}

/* An opcode whose form depends on the reg field of its ModRM byte. */
static char read_group(char form, uint8_t modrm)
{
	unsigned reg = modrm >> 3 & 7;
	switch (form) {
	case '0': /* c6: xabort is in there too */
		return reg == 0 ? 'b' : '.';
	case '1': /* c7: xbegin is in there too */
		return reg == 0 ? 'd' : '.';
	case '2': /* f6: test has an immediate */
		return reg < 2 ? 'b' : 'm';
	default: /* f7 */
		return reg < 2 ? 'd' : 'm';
	}
}

/* fe: inc, dec.  ff: those, jmp *, push; call * is read apart. */
static bool is_group_5_copyable(uint8_t opcode, uint8_t modrm)
{
	unsigned reg = modrm >> 3 & 7;
	return reg < 2 || (opcode == 0xff && (reg == 4 || reg == 6));
}

/* ModRM, SIB and displacement; SDM tables 2-2 and 2-3. */
static bool read_modrm(struct cursor *cursor)
{
	if (cursor->at >= cursor->size)
		return false;
	uint8_t modrm = cursor->code[cursor->at++];
	unsigned mod = modrm >> 6;
	unsigned rm = modrm & 7;
	if (mod == 3)
		return true;
	bool wide = mod == 2;
	if (mod == 0 && rm == 5) {
		cursor->disp_at = cursor->at;
		wide = true;
	}
	if (rm == 4) {
		if (cursor->at >= cursor->size)
			return false;
		unsigned base = cursor->code[cursor->at++] & 7;
		wide |= mod == 0 && base == 5;
		cursor->on_stack = base == 4 && !(cursor->rex & REX_B);
	}
	cursor->at += wide ? 4 : mod == 1;
	return true;
}

static size_t immediate_size(const struct cursor *cursor, char form)
{
	bool wide = cursor->rex & REX_W;
	switch (form) {
	case 'i':
	case 'b':
		return 1;
	case 'q':
		if (wide)
			return 8;
		return cursor->operand_16 ? 2 : 4;
	case 'I':
	case 'd':
		return cursor->operand_16 && !wide ? 2 : 4;
	default:
		return 0;
	}
}

/*
 * What follows a VEX prefix (SDM 2.3.5): one opcode of the map it names, its
 * ModRM, and an imm8 where the legacy opcode has one.
 */
static bool read_vex(struct cursor *cursor, uint8_t first)
{
	size_t size = first == 0xc4 ? 2 : 1;
	if (cursor->at + size + 1 > cursor->size)
		return false;
	unsigned map = size == 2 ? cursor->code[cursor->at] & 0x1f : 1;
	if (size == 2 && !(cursor->code[cursor->at] & 0x20))
		cursor->rex |= REX_B; /* inverted */
	cursor->at += size;
	uint8_t opcode = cursor->code[cursor->at++];
	if (map < 1 || map > 3 || cursor->rex & REX_W)
		return false;
	char form = map == 1 ? two_byte[opcode >> 4][opcode & 15] : 'm';
	if (map == 3)
		form = 'b';
	if (form != 'm' && form != 'b')
		return form == '-' && opcode == 0x77; /* vzeroupper */
	if (!read_modrm(cursor))
		return false;
	cursor->at += form == 'b';
	return true;
}

/* A relative jump or call; false for other opcodes. */
static bool read_relative(struct cursor *cursor, bool two, uint8_t opcode,
			  struct ct_insn *insn)
{
	size_t size = 4;
	if (two ? (opcode & 0xf0) == 0x80 : (opcode & 0xf0) == 0x70)
		insn->kind = CT_INSN_BRANCH;
	else if (!two && (opcode == 0xe9 || opcode == 0xeb))
		insn->kind = CT_INSN_JUMP;
	else if (!two && opcode == 0xe8)
		insn->kind = CT_INSN_CALL;
	else
		return false;
	if (!two && opcode != 0xe8 && opcode != 0xe9)
		size = 1;
	insn->condition = opcode & 15;
	if (cursor->operand_16 || cursor->at + size > cursor->size) {
		cursor->at = cursor->size + 1;
		return true;
	}
	const uint8_t *at = cursor->code + cursor->at;
	insn->displacement = (int8_t)*at;
	if (size == 4)
		memcpy(&insn->displacement, at, size);
	cursor->at += size;
	return true;
}

static bool read_operands(struct cursor *cursor, bool two, uint8_t opcode,
			  struct ct_insn *insn)
{
	char form = (two ? two_byte : one_byte)[opcode >> 4][opcode & 15];
	uint8_t modrm =
	    cursor->at < cursor->size ? cursor->code[cursor->at] : 0;
	if (form >= '0' && form <= '3')
		form = read_group(form, modrm);
	if (!two && opcode == 0xff && (modrm >> 3 & 7) == 2) {
		insn->kind = CT_INSN_CALL_AT;
		insn->modrm_at = (uint8_t)cursor->at;
	} else if (!two && opcode >= 0xfe &&
		   !is_group_5_copyable(opcode, modrm)) {
		return false;
	}
	if (form == '.')
		return false;
	bool has_modrm = form == 'm' || form == 'b' || form == 'd';
	if (has_modrm && !read_modrm(cursor))
		return false;
	cursor->at += immediate_size(cursor, form);
	return true;
}

static bool read_insn(struct cursor *cursor, struct ct_insn *insn)
{
	read_prefixes(cursor);
	if (cursor->at >= cursor->size)
		return false;
	uint8_t opcode = cursor->code[cursor->at++];
	if ((opcode == 0xc4 || opcode == 0xc5) && cursor->at == 1)
		return read_vex(cursor, opcode);
	bool two = opcode == 0x0f;
	if (two && cursor->at < cursor->size)
		opcode = cursor->code[cursor->at++];
	else if (two)
		return false;
	if (two && (opcode == 0x38 || opcode == 0x3a)) {
		/* Every opcode of these maps has a ModRM byte. */
		cursor->at++;
		if (cursor->at > cursor->size || !read_modrm(cursor))
			return false;
		cursor->at += opcode == 0x3a;
		return true;
	}
	return read_relative(cursor, two, opcode, insn) ||
	       read_operands(cursor, two, opcode, insn);
}

struct ct_insn ct_insn_decode(const uint8_t *code, size_t size)
{
	struct cursor cursor = {.code = code, .size = size};
	struct ct_insn insn = {.kind = CT_INSN_PLAIN};
	if (size > CT_INSN_SIZE_MAX)
		cursor.size = CT_INSN_SIZE_MAX;
	if (!read_insn(&cursor, &insn) || cursor.at > cursor.size ||
	    (insn.kind == CT_INSN_CALL_AT && cursor.on_stack))
		return (struct ct_insn){0};
	insn.size = (uint8_t)cursor.at;
	if (!cursor.disp_at)
		return insn;
	insn.disp_at = (uint8_t)cursor.disp_at;
	if (insn.kind == CT_INSN_PLAIN)
		insn.kind = CT_INSN_RIP_RELATIVE;
	memcpy(&insn.displacement, code + cursor.disp_at,
	       sizeof(insn.displacement));
	return insn;
}

size_t ct_insn_get_copyable_size(const uint8_t *code, size_t size)
{
	struct ct_insn insn = ct_insn_decode(code, size);
	return insn.kind == CT_INSN_PLAIN ? insn.size : 0;
}
