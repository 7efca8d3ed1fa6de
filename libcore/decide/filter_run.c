/* SPDX-License-Identifier: MIT */
/*
 * Running a filter.  The bytecode may have been damaged by the program, in
 * whose memory it can lie: every op is copied before it is looked at, and
 * every index is checked.
 */
#include <string.h>

#include "decide/filter_code.h"

struct machine {
	const struct ct_filter_input *input;
	const char *strings;
	uint32_t strings_size;
	unsigned top; /* slots in use */
	uint64_t slots[FILTER_STACK_MAX];
};

static double to_double(uint64_t slot, unsigned class)
{
	double value;
	switch (class) {
	case FILTER_S32:
	case FILTER_S64:
		return (double)(int64_t)slot;
	case FILTER_F64:
		memcpy(&value, &slot, sizeof(value));
		return value;
	default:
		return (double)slot;
	}
}

static uint64_t from_double(double value)
{
	uint64_t slot;
	memcpy(&slot, &value, sizeof(slot));
	return slot;
}

/* Cut a result to its class. */
static uint64_t wrap(uint64_t value, unsigned class)
{
	if (class == FILTER_S32)
		return (uint64_t)(int64_t)(int32_t)value;
	return class == FILTER_U32 ? (uint32_t)value : value;
}

static bool is_signed(unsigned class)
{
	return class == FILTER_S32 || class == FILTER_S64;
}

static bool is_true(uint64_t slot, unsigned class)
{
	return class == FILTER_F64 ? to_double(slot, class) != 0 : slot != 0;
}

/* The bytes at a place, all of them or none. */
static bool read_place(const struct machine *machine, unsigned space,
		       uint64_t place, void *buf, size_t size)
{
	const struct ct_filter_input *input = machine->input;
	const uint8_t *block;
	uint64_t block_size;
	switch (space) {
	case FILTER_ARGS:
		block = input->args;
		block_size = input->args_size;
		break;
	case FILTER_RESULT:
		block = input->result;
		block_size = input->result_size;
		break;
	default:
		return input->memory && input->memory->read &&
		       input->memory->read(input->memory->arg, place, buf,
					   size) == size;
	}
	if (!block || place > block_size || size > block_size - place)
		return false;
	memcpy(buf, block + place, size);
	return true;
}

static bool load_float(const unsigned char *bytes, unsigned size,
		       uint64_t *slot)
{
	float f;
	long double l = 0;
	switch (size) {
	case sizeof(float):
		memcpy(&f, bytes, sizeof(f));
		*slot = from_double((double)f);
		return true;
	case sizeof(double):
		memcpy(slot, bytes, sizeof(*slot));
		return true;
	case sizeof(long double):
		memcpy(&l, bytes, 10);
		*slot = from_double((double)l);
		return true;
	default:
		return false;
	}
}

static bool load(const struct machine *machine, const struct filter_op *op,
		 uint64_t *slot)
{
	unsigned char bytes[16] = {0};
	unsigned shift = op->arg & 0xff, bits = op->arg >> 8;
	if (shift > 7 || bits == 0 || bits > 128)
		return false;
	unsigned size = (shift + bits + 7) / 8;
	if (size > sizeof(bytes) ||
	    !read_place(machine, op->left, *slot, bytes, size))
		return false;
	if (op->right == FILTER_LOAD_FLOAT)
		return load_float(bytes, size, slot);
	if (bits > 64)
		return false;

	unsigned __int128 all;
	memcpy(&all, bytes, sizeof(all));
	uint64_t value = (uint64_t)(all >> shift) << (64 - bits);
	if (op->right == FILTER_LOAD_SIGNED)
		*slot = (uint64_t)((int64_t)value >> (64 - bits));
	else
		*slot = value >> (64 - bits);
	if (op->right == FILTER_LOAD_BOOL)
		*slot = *slot != 0;
	return true;
}

static bool compute_double(const struct filter_op *op, double a, double b,
			   uint64_t *ret)
{
	switch (op->code) {
	case OP_ADD:
		*ret = from_double(a + b);
		return true;
	case OP_SUBTRACT:
		*ret = from_double(a - b);
		return true;
	case OP_MULTIPLY:
		*ret = from_double(a * b);
		return true;
	case OP_DIVIDE: /* by zero it is inf in C too, and still nonsense */
		if (b == 0)
			return false;
		*ret = from_double(a / b);
		return true;
	default:
		return false;
	}
}

/* Neither by zero nor the one quotient that overflows. */
static bool divide(const struct filter_op *op, uint64_t a, uint64_t b,
		   uint64_t *ret)
{
	bool remainder = op->code == OP_REMAINDER;
	if (!b)
		return false;
	if (!is_signed(op->type)) {
		*ret = remainder ? a % b : a / b;
		return true;
	}
	int64_t x = (int64_t)a, y = (int64_t)b;
	if (y == -1 && x == (op->type == FILTER_S32 ? INT32_MIN : INT64_MIN))
		return false;
	*ret = (uint64_t)(remainder ? x % y : x / y);
	return true;
}

static bool shift(const struct filter_op *op, uint64_t a, uint64_t slot,
		  uint64_t *ret)
{
	unsigned width =
	    op->type == FILTER_S32 || op->type == FILTER_U32 ? 32 : 64;
	if (slot >= width) /* a negative distance too */
		return false;
	if (op->code == OP_SHIFT_LEFT)
		*ret = a << slot;
	else if (is_signed(op->type))
		*ret = (uint64_t)((int64_t)a >> slot);
	else
		*ret = a >> slot;
	return true;
}

static bool compute_integer(const struct filter_op *op, uint64_t a, uint64_t b,
			    uint64_t *ret)
{
	switch (op->code) {
	case OP_ADD:
		*ret = a + b;
		return true;
	case OP_SUBTRACT:
		*ret = a - b;
		return true;
	case OP_MULTIPLY:
		*ret = a * b;
		return true;
	case OP_AND:
		*ret = a & b;
		return true;
	case OP_OR:
		*ret = a | b;
		return true;
	case OP_XOR:
		*ret = a ^ b;
		return true;
	case OP_DIVIDE:
	case OP_REMAINDER:
		return divide(op, a, b, ret);
	default:
		return shift(op, a, b, ret);
	}
}

static bool compute(const struct filter_op *op, uint64_t a, uint64_t b,
		    uint64_t *ret)
{
	if (op->type == FILTER_F64)
		return compute_double(op, to_double(a, op->left),
				      to_double(b, op->right), ret);
	bool is_shift = op->code == OP_SHIFT_LEFT || op->code == OP_SHIFT_RIGHT;
	a = wrap(a, op->type);
	if (!is_shift)
		b = wrap(b, op->type);
	if (!compute_integer(op, a, b, ret))
		return false;
	*ret = wrap(*ret, op->type);
	return true;
}

/* By bits: 1 less, 2 equal, 4 greater; none when one is not a number. */
static unsigned order(const struct filter_op *op, uint64_t a, uint64_t b)
{
	if (op->left == FILTER_F64 || op->right == FILTER_F64) {
		double x = to_double(a, op->left), y = to_double(b, op->right);
		return (x < y) | (x == y) << 1 | (x > y) << 2;
	}
	__int128 x = is_signed(op->left) ? (__int128)(int64_t)a : (__int128)a;
	__int128 y = is_signed(op->right) ? (__int128)(int64_t)b : (__int128)b;
	return (x < y) | (x == y) << 1 | (x > y) << 2;
}

static uint64_t compare(const struct filter_op *op, uint64_t a, uint64_t b)
{
	static const unsigned char wanted[] = {
	    [OP_EQUAL - OP_EQUAL] = 2,         [OP_LESS - OP_EQUAL] = 1,
	    [OP_LESS_EQUAL - OP_EQUAL] = 3,    [OP_GREATER - OP_EQUAL] = 4,
	    [OP_GREATER_EQUAL - OP_EQUAL] = 6,
	};
	unsigned is = order(op, a, b);
	if (op->code == OP_NOT_EQUAL)
		return is != 2;
	return (is & wanted[op->code - OP_EQUAL]) != 0;
}

/* The length of the text at a place, up to its NUL or `limit`; false when it
 * cannot be read so far. */
static bool read_text(const struct machine *machine, unsigned space,
		      uint64_t place, uint32_t limit, char *text, uint32_t *ret)
{
	enum {
		CHUNK = 256
	};
	for (uint32_t size = 0; size < limit;) {
		uint32_t want = limit - size < CHUNK ? limit - size : CHUNK;
		size_t got = want;
		uint64_t addr;
		if (__builtin_add_overflow(place, size, &addr))
			return false;
		if (space != FILTER_MEMORY) {
			if (!read_place(machine, space, addr, text + size,
					want))
				return false;
		} else {
			const struct ct_memory *memory = machine->input->memory;
			if (!memory || !memory->read)
				return false;
			got =
			    memory->read(memory->arg, addr, text + size, want);
			if (got > want) /* CT_MEMORY_UNKNOWN */
				return false;
		}
		const char *end = memchr(text + size, 0, got);
		if (end) {
			*ret = (uint32_t)(end - text);
			return true;
		}
		if (got < want)
			return false;
		size += want;
	}
	*ret = limit;
	return true;
}

static bool find_string(const struct machine *machine, uint32_t at,
			const char **string, uint32_t *size)
{
	if (at > machine->strings_size ||
	    machine->strings_size - at < sizeof(*size))
		return false;
	memcpy(size, machine->strings + at, sizeof(*size));
	*string = machine->strings + at + sizeof(*size);
	return *size <= machine->strings_size - at - sizeof(*size) &&
	       *size <= FILTER_STRING_MAX;
}

static uint64_t match(const struct filter_op *op, const char *string,
		      uint32_t string_size, const char *text,
		      uint32_t text_size)
{
	bool is = op->right ? filter_glob(string, string_size, text, text_size)
			    : string_size == text_size &&
				  !memcmp(string, text, text_size);
	return is != (op->type != 0);
}

static bool run_text(const struct machine *machine, const struct filter_op *op,
		     uint64_t *slot)
{
	char text[FILTER_TEXT_MAX];
	const char *string;
	uint32_t string_size, text_size;
	if (!find_string(machine, op->arg, &string, &string_size))
		return false;
	uint64_t limit =
	    op->value < FILTER_TEXT_MAX ? op->value : FILTER_TEXT_MAX;
	if (!op->right && limit > string_size + 1) /* longer is unequal */
		limit = string_size + 1;
	if (!read_text(machine, op->left, *slot, (uint32_t)limit, text,
		       &text_size))
		return false;
	*slot = match(op, string, string_size, text, text_size);
	return true;
}

static bool run_caller(const struct machine *machine,
		       const struct filter_op *op, uint64_t *slot)
{
	const struct ct_filter_input *input = machine->input;
	const char *string;
	uint32_t string_size;
	const char *name =
	    input->caller ? input->caller(input->caller_arg) : NULL;
	if (!name || !find_string(machine, op->arg, &string, &string_size))
		return false;
	*slot = match(op, string, string_size, name,
		      (uint32_t)strnlen(name, FILTER_TEXT_MAX));
	return true;
}

static bool variable(const struct ct_filter_input *input, uint32_t which,
		     uint64_t *slot)
{
	switch (which) {
	case FILTER_TID:
		*slot = (uint64_t)input->tid;
		return true;
	case FILTER_PID:
		*slot = (uint64_t)input->pid;
		return true;
	case FILTER_NTH:
		*slot = input->nth;
		return true;
	case FILTER_DEPTH:
		*slot = input->depth;
		return true;
	case FILTER_ERRNO:
		*slot = (uint64_t)input->errno_value;
		return true;
	default:
		return false;
	}
}

/* Ops that push a slot. */
static bool run_push(struct machine *machine, const struct filter_op *op)
{
	if (machine->top == FILTER_STACK_MAX)
		return false;
	uint64_t *slot = &machine->slots[machine->top++];
	*slot = op->value;
	if (op->code == OP_VARIABLE)
		return variable(machine->input, op->arg, slot);
	return op->code == OP_PUSH || run_caller(machine, op, slot);
}

/* Ops that change the top. */
static bool run_unary(struct machine *machine, const struct filter_op *op)
{
	if (!machine->top)
		return false;
	uint64_t *slot = &machine->slots[machine->top - 1];
	switch (op->code) {
	case OP_OFFSET:
		*slot += op->value;
		return true;
	case OP_BOUND: /* a negative one is huge */
		return *slot < op->value;
	case OP_LOAD:
		return load(machine, op, slot);
	case OP_BOOL:
		*slot = is_true(*slot, op->left);
		return true;
	case OP_NOT:
		*slot = !is_true(*slot, op->left);
		return true;
	case OP_COMPLEMENT:
		*slot = wrap(~*slot, op->type);
		return true;
	case OP_NEGATE:
		*slot = op->type == FILTER_F64
			    ? from_double(-to_double(*slot, op->left))
			    : wrap(-*slot, op->type);
		return true;
	case OP_TEXT:
		return run_text(machine, op, slot);
	default:
		return false;
	}
}

/* Ops that take two and leave one. */
static bool run_binary(struct machine *machine, const struct filter_op *op)
{
	if (machine->top < 2)
		return false;
	uint64_t b = machine->slots[--machine->top];
	uint64_t *a = &machine->slots[machine->top - 1];
	if (op->code == OP_INDEX) {
		*a += b * op->value;
		return true;
	}
	if (op->code >= OP_EQUAL) {
		*a = compare(op, *a, b);
		return true;
	}
	return compute(op, *a, b, a);
}

static bool run_op(struct machine *machine, const struct filter_op *op)
{
	switch (op->code) {
	case OP_PUSH:
	case OP_VARIABLE:
	case OP_CALLER:
		return run_push(machine, op);
	case OP_INDEX:
	case OP_ADD ... OP_GREATER_EQUAL:
		return run_binary(machine, op);
	default:
		return run_unary(machine, op);
	}
}

enum ct_filter_result ct_filter_run(const struct ct_filter *filter,
				    const struct ct_filter_input *input)
{
	struct ct_filter head;
	struct machine machine;
	memcpy(&head, filter, sizeof(head));
	if (head.op_count > FILTER_OPS_MAX || head.strings > head.size ||
	    head.strings <
		sizeof(head) + head.op_count * sizeof(struct filter_op))
		return CT_FILTER_UNKNOWN;
	const struct filter_op *ops = (const void *)(filter + 1);
	machine.input = input;
	machine.strings = (const char *)filter + head.strings;
	machine.strings_size = head.size - head.strings;
	machine.top = 0;

	for (uint64_t at = 0; at < head.op_count; at++) {
		struct filter_op op = ops[at];
		if (op.code != OP_AND_JUMP && op.code != OP_OR_JUMP) {
			if (!run_op(&machine, &op))
				return CT_FILTER_UNKNOWN;
			continue;
		}
		if (!machine.top || op.value <= at)
			return CT_FILTER_UNKNOWN;
		bool is = machine.slots[machine.top - 1] != 0;
		if (is == (op.code == OP_OR_JUMP))
			at = op.value - 1;
		else
			machine.top--;
	}
	if (machine.top != 1)
		return CT_FILTER_UNKNOWN;
	return machine.slots[0] ? CT_FILTER_TRUE : CT_FILTER_FALSE;
}
