/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

#include "type/model.h"
#include "value/tail.h"
#include "value/way.h"

/* The integer classes by length modifier: "" and "h" and "hh" are int. */
static enum ct_tail_class integer_class(bool is_long, bool is_signed)
{
	if (is_long)
		return is_signed ? CT_TAIL_LONG : CT_TAIL_ULONG;
	return is_signed ? CT_TAIL_INT : CT_TAIL_UINT;
}

struct conversion {
	char letter;
	bool is_long;        /* l, ll, q, j, z, t: 64 bits here */
	bool is_long_double; /* L */
	bool suppressed;     /* scanf's `*` */
	unsigned stars;      /* printf: int arguments before the value */
	uint32_t bound;      /* printf: what bounds text; see tail.h */
	bool positional;
};

/* 1 + the precision that is behind the `.`; none is 0. */
static uint32_t read_precision(const char *format, size_t size)
{
	uint32_t precision = 0;
	if (size && format[0] == '*')
		return CT_TAIL_BOUND_BEFORE;
	if (size && format[0] == '-')
		return CT_TAIL_NO_BOUND;
	for (size_t i = 0; i < size && isdigit((unsigned char)format[i]); i++)
		if (precision < INT_MAX / 16)
			precision =
			    precision * 10 + (uint32_t)(format[i] - '0');
	return precision + 1;
}

/* Read one conversion behind its `%`; returns the bytes it takes, 0 at the
 * end of the format. */
static size_t read_conversion(const char *format, size_t size,
			      struct conversion *ret)
{
	*ret = (struct conversion){0};
	for (size_t i = 0; i < size; i++) {
		char c = format[i];
		if (c == '.')
			ret->bound =
			    read_precision(format + i + 1, size - i - 1);
		if (c == '*') {
			ret->stars++;
			ret->suppressed = true;
		} else if (c == '$') {
			ret->positional = true;
		} else if (c == 'L') {
			ret->is_long_double = ret->is_long = true;
		} else if (c && strchr("lqjzt", c)) {
			ret->is_long = true;
		} else if (c == 'h' || (c && strchr("#0- +'I.m", c)) ||
			   isdigit((unsigned char)c)) {
			/* Flags, width, precision, `h`; but %m converts. */
			if (c == 'm' &&
			    (i + 1 >= size || !strchr("sSc[", format[i + 1]))) {
				ret->letter = c;
				return i + 1;
			}
		} else {
			ret->letter = c;
			return c ? i + 1 : 0;
		}
	}
	return 0;
}

/* The class of a printf conversion; false when it is not known. */
static bool printf_class(const struct conversion *conversion, uint8_t *ret)
{
	switch (conversion->letter) {
	case 'd':
	case 'i':
		*ret = integer_class(conversion->is_long, true);
		return true;
	case 'o':
	case 'u':
	case 'x':
	case 'X':
	case 'b':
	case 'B':
		*ret = integer_class(conversion->is_long, false);
		return true;
	case 'c':
		*ret = conversion->is_long ? CT_TAIL_UINT : CT_TAIL_CHAR;
		return true;
	case 'C':
		*ret = CT_TAIL_UINT;
		return true;
	case 's':
		*ret = conversion->is_long ? CT_TAIL_WSTRING : CT_TAIL_STRING;
		return true;
	case 'S':
		*ret = CT_TAIL_WSTRING;
		return true;
	case 'p':
	case 'n':
		*ret = CT_TAIL_POINTER;
		return true;
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		*ret = conversion->is_long_double ? CT_TAIL_LONG_DOUBLE
						  : CT_TAIL_DOUBLE;
		return true;
	default:
		return false;
	}
}

uint32_t ct_tail_parse_printf(const char *format, size_t size,
			      uint8_t classes[CT_TAIL_MAX],
			      uint32_t bounds[CT_TAIL_MAX])
{
	uint32_t count = 0;
	for (size_t i = 0; i < size && format[i]; i++) {
		struct conversion conversion;
		if (format[i] != '%')
			continue;
		size_t length =
		    read_conversion(format + i + 1, size - i - 1, &conversion);
		if (!length || conversion.positional)
			return count;
		i += length;
		if (conversion.letter == '%' || conversion.letter == 'm')
			continue;
		while (conversion.stars-- && count < CT_TAIL_MAX)
			classes[count++] = CT_TAIL_INT;
		uint8_t class;
		if (count == CT_TAIL_MAX || !printf_class(&conversion, &class))
			return count;
		bounds[count] = class == CT_TAIL_STRING ? conversion.bound
							: CT_TAIL_NO_BOUND;
		classes[count++] = class;
	}
	return count;
}

uint32_t ct_tail_parse_scanf(const char *format, size_t size,
			     uint8_t classes[CT_TAIL_MAX])
{
	uint32_t count = 0;
	for (size_t i = 0; i < size && format[i]; i++) {
		struct conversion conversion;
		if (format[i] != '%')
			continue;
		size_t length =
		    read_conversion(format + i + 1, size - i - 1, &conversion);
		if (!length || conversion.positional)
			return count;
		i += length;
		if (conversion.letter == '%' || conversion.suppressed)
			continue;
		if (count == CT_TAIL_MAX)
			return count;
		classes[count++] = CT_TAIL_POINTER;
	}
	return count;
}

/* Takes the next argument from registers or the stack (ABI 3.5.7). */
static bool next_value(struct ct_abi_tail *tail, const struct ct_regs *regs,
		       const struct ct_memory *memory,
		       struct ct_tail_value *value)
{
	uint64_t rsp = regs->gpr[CT_REG_RSP];
	size_t size = 8;
	if (value->class == CT_TAIL_DOUBLE && tail->sse < 8) {
		memcpy(value->bytes, regs->xmm[tail->sse++], 8);
		return true;
	}
	if (value->class == CT_TAIL_LONG_DOUBLE) {
		size = 16;
		/* Aligned to 16 from the first stack argument, rsp + 8. */
		tail->stack = (int32_t)(((tail->stack - 8 + 15) & ~15) + 8);
	} else if (value->class != CT_TAIL_DOUBLE && tail->gpr < 6) {
		memcpy(value->bytes,
		       &regs->gpr[ct_abi_argument_gpr[tail->gpr++]], 8);
		return true;
	}
	uint64_t addr = rsp + (uint64_t)(int64_t)tail->stack;
	tail->stack += (int32_t)size;
	return memory->read(memory->arg, addr, value->bytes, size) == size;
}

/* A negative precision is as if there were none (C11 7.21.6.1p5). */
static uint32_t bound_before(const struct ct_tail_value *value)
{
	int32_t precision;
	memcpy(&precision, value->bytes, sizeof(precision));
	return precision < 0 ? CT_TAIL_NO_BOUND : (uint32_t)precision + 1;
}

static uint32_t take_values(const struct ct_plan *plan,
			    const struct ct_regs *regs,
			    const struct ct_memory *memory,
			    const uint8_t *classes, const uint32_t *bounds,
			    uint32_t count, struct ct_tail_value *ret)
{
	struct ct_abi_tail tail = plan->tail;
	for (uint32_t i = 0; i < count; i++) {
		ret[i] = (struct ct_tail_value){.class = classes[i],
						.bound = bounds[i]};
		if (bounds[i] == CT_TAIL_BOUND_BEFORE)
			ret[i].bound =
			    i ? bound_before(&ret[i - 1]) : CT_TAIL_NO_BOUND;
		if (!next_value(&tail, regs, memory, &ret[i]))
			return i;
	}
	return count;
}

static uint64_t control_word(const struct ct_plan *plan,
			     const struct ct_record *record)
{
	const struct ct_plan_parameter *control =
	    &ct_plan_parameters(plan)[plan->tail_control];
	uint64_t word = 0;
	memcpy(&word, ct_record_args(record) + control->offset,
	       control->size < 8 ? control->size : 8);
	return word;
}

static uint32_t format_classes(const struct ct_plan *plan,
			       const struct ct_memory *memory,
			       const struct ct_record *record, uint8_t *classes,
			       uint32_t *bounds)
{
	char format[512];
	size_t size = memory->read(memory->arg, control_word(plan, record),
				   format, sizeof(format));
	return plan->tail_rule == CT_PLAN_TAIL_PRINTF
		   ? ct_tail_parse_printf(format, size, classes, bounds)
		   : ct_tail_parse_scanf(format, size, classes);
}

static uint32_t choice_classes(const struct ct_plan *plan,
			       const struct ct_record *record, uint8_t *classes)
{
	uint64_t control = control_word(plan, record);
	const struct ct_plan_choice *choices = ct_plan_choices(plan);
	for (uint32_t i = 0; i < plan->choice_count; i++) {
		if ((control & choices[i].mask) != choices[i].value)
			continue;
		memcpy(classes, choices[i].classes, choices[i].count);
		return choices[i].count;
	}
	return 0;
}

static uint32_t take_strings(const struct ct_plan *plan,
			     const struct ct_regs *regs,
			     const struct ct_memory *memory,
			     struct ct_tail_value *ret)
{
	struct ct_abi_tail tail = plan->tail;
	for (uint32_t i = 0; i < CT_TAIL_MAX; i++) {
		static const uint8_t null[8];
		ret[i] = (struct ct_tail_value){.class = CT_TAIL_STRING};
		if (!next_value(&tail, regs, memory, &ret[i]))
			return i;
		if (!memcmp(ret[i].bytes, null, sizeof(null)))
			return i + 1;
	}
	return CT_TAIL_MAX;
}

uint32_t ct_tail_capture(const struct ct_plan *plan, const struct ct_regs *regs,
			 const struct ct_memory *memory,
			 const struct ct_record *record,
			 struct ct_tail_value *ret)
{
	uint8_t classes[CT_TAIL_MAX];
	uint32_t bounds[CT_TAIL_MAX] = {0};
	uint32_t count = 0;
	if (plan->tail_rule == CT_PLAN_TAIL_UNKNOWN ||
	    plan->tail_control >= plan->parameter_count)
		return 0;
	if (plan->tail_rule == CT_PLAN_TAIL_STRINGS)
		return take_strings(plan, regs, memory, ret);
	if (plan->tail_rule == CT_PLAN_TAIL_CHOICE)
		count = choice_classes(plan, record, classes);
	else
		count = format_classes(plan, memory, record, classes, bounds);
	return take_values(plan, regs, memory, classes, bounds, count, ret);
}

uint64_t ct_tail_text_addr(const struct ct_tail_value *value, uint16_t *unit)
{
	uint64_t addr;
	if (value->class != CT_TAIL_STRING && value->class != CT_TAIL_WSTRING)
		return 0;
	*unit = value->class == CT_TAIL_STRING ? 1 : sizeof(wchar_t);
	memcpy(&addr, value->bytes, sizeof(addr));
	return addr;
}

#define BASE(spelling, bytes, meaning)                                     \
	{                                                                  \
		.kind = CT_TYPE_BASE, .name = (spelling), .size = (bytes), \
		.encoding = (meaning)                                      \
	}

static struct ct_type char_type = BASE("char", 1, CT_ENCODING_CHAR);
static struct ct_type const_char_type = {.kind = CT_TYPE_QUALIFIED,
					 .qualifier = CT_QUALIFIER_CONST,
					 .target = &char_type,
					 .size = 1};
static struct ct_type wchar_type = BASE("wchar_t", 4, CT_ENCODING_UTF);
static struct ct_type const_wchar_type = {.kind = CT_TYPE_QUALIFIED,
					  .qualifier = CT_QUALIFIER_CONST,
					  .target = &wchar_type,
					  .size = 4};

/* One row a class, in the order of enum ct_tail_class. */
static struct ct_type class_types[CT_TAIL_CLASSES] = {
    [CT_TAIL_INT] = BASE("int", 4, CT_ENCODING_SIGNED),
    [CT_TAIL_UINT] = BASE("unsigned int", 4, CT_ENCODING_UNSIGNED),
    [CT_TAIL_LONG] = BASE("long", 8, CT_ENCODING_SIGNED),
    [CT_TAIL_ULONG] = BASE("unsigned long", 8, CT_ENCODING_UNSIGNED),
    [CT_TAIL_CHAR] = BASE("char", 1, CT_ENCODING_CHAR),
    [CT_TAIL_DOUBLE] = BASE("double", 8, CT_ENCODING_FLOAT),
    [CT_TAIL_LONG_DOUBLE] = BASE("long double", 16, CT_ENCODING_FLOAT),
    [CT_TAIL_STRING] = {.kind = CT_TYPE_POINTER,
			.size = 8,
			.target = &const_char_type},
    [CT_TAIL_WSTRING] = {.kind = CT_TYPE_POINTER,
			 .size = 8,
			 .target = &const_wchar_type},
    [CT_TAIL_POINTER] = {.kind = CT_TYPE_POINTER,
			 .size = 8,
			 .target = &ct_type_void},
    [CT_TAIL_MODE] = BASE("unsigned int", 4, CT_ENCODING_UNSIGNED),
};

bool ct_tail_say(const struct ct_tail_value *value, struct ct_buffer *out)
{
	uint32_t mode;
	memcpy(&mode, value->bytes, sizeof(mode));
	return value->class == CT_TAIL_MODE &&
	       ct_number_say(CT_NUMBER_OCTAL, mode, sizeof(mode), out);
}

struct ct_type *ct_tail_type(enum ct_tail_class class)
{
	return &class_types[class];
}
