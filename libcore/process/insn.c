/* SPDX-License-Identifier: MIT */
/*
 * Enough of the x86-64 encoding (Intel SDM, volume 2, chapter 2 and the maps
 * of appendix A) to know how long the common instructions at function entries
 * and return sites are.  VEX, the 0f38 and 0f3a maps and everything unusual
 * are left out: "not copyable" is always a right answer.
 */
#include <stdbool.h>

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
};

#define REX_W 8

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

/* fe: inc, dec.  ff: those, jmp *, push; its calls would push our rip. */
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
	if (mod == 0 && rm == 5)
		return false; /* rip-relative */
	bool wide = mod == 2;
	if (rm == 4) {
		if (cursor->at >= cursor->size)
			return false;
		unsigned base = cursor->code[cursor->at++] & 7;
		wide |= mod == 0 && base == 5;
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

size_t ct_insn_get_copyable_size(const uint8_t *code, size_t size)
{
	struct cursor cursor = {.code = code, .size = size};
	if (size > CT_INSN_SIZE_MAX)
		cursor.size = CT_INSN_SIZE_MAX;
	read_prefixes(&cursor);
	/* One byte more than the opcode, if there is one: the ModRM. */
	if (cursor.at >= cursor.size)
		return 0;
	uint8_t opcode = code[cursor.at++];
	bool two = opcode == 0x0f;
	if (two) {
		if (cursor.at >= cursor.size)
			return 0;
		opcode = code[cursor.at++];
	}
	char form = (two ? two_byte : one_byte)[opcode >> 4][opcode & 15];
	uint8_t modrm = cursor.at < cursor.size ? code[cursor.at] : 0;
	if (form >= '0' && form <= '3')
		form = read_group(form, modrm);
	if (!two && opcode >= 0xfe && !is_group_5_copyable(opcode, modrm))
		return 0;
	if (form == '.')
		return 0;
	bool has_modrm = form == 'm' || form == 'b' || form == 'd';
	if (has_modrm && !read_modrm(&cursor))
		return 0;
	cursor.at += immediate_size(&cursor, form);
	return cursor.at <= cursor.size ? cursor.at : 0;
}
