/* SPDX-License-Identifier: MIT */
/*
 * The grammar of filters, by precedence climbing.  Ops are emitted as the
 * text is read: what has been parsed is on the stack, except text.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/filter_compiler.h"
#include "value/scan.h"

struct ct_error *filter_refuse(const struct filter_compiler *compiler,
			       const char *at, const char *format, ...)
{
	enum {
		SHOWN = 120
	};
	CT_AUTO_FREE char *what = NULL;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&what, format, args);
	va_end(args);
	if (length < 0) {
		what = NULL;
		return &ct_enomem;
	}
	size_t column = 1;
	for (const char *p = compiler->text; p < at; p++)
		column += ((unsigned char)*p & 0xc0) != 0x80;
	char text[SHOWN + 1];
	snprintf(text, sizeof(text), "%s", compiler->text);
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ') /* the message is one line */
			*p = ' ';
	}
	bool cut = strlen(compiler->text) > SHOWN;
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "%s at column %zu of '%s'%s", what, column, text,
			       cut ? "..." : "");
}

enum operator_kind {
	OPERATOR_COMPUTE,
	OPERATOR_EQUAL, /* also of text */
	OPERATOR_MATCH,
	OPERATOR_JUMP,
};

/* Longer signs before their prefixes. */
static const struct operation {
	char sign[4];
	unsigned char precedence; /* more binds tighter */
	unsigned char kind;
	unsigned char code;
	bool negated;
} operators[] = {
    {"||", 1, OPERATOR_JUMP, OP_OR_JUMP, false},
    {"&&", 2, OPERATOR_JUMP, OP_AND_JUMP, false},
    {"|", 3, OPERATOR_COMPUTE, OP_OR, false},
    {"^", 4, OPERATOR_COMPUTE, OP_XOR, false},
    {"&", 5, OPERATOR_COMPUTE, OP_AND, false},
    {"==", 6, OPERATOR_EQUAL, OP_EQUAL, false},
    {"!=", 6, OPERATOR_EQUAL, OP_NOT_EQUAL, true},
    {"!~", 6, OPERATOR_MATCH, 0, true},
    {"~", 6, OPERATOR_MATCH, 0, false},
    {"<<", 8, OPERATOR_COMPUTE, OP_SHIFT_LEFT, false},
    {">>", 8, OPERATOR_COMPUTE, OP_SHIFT_RIGHT, false},
    {"<=", 7, OPERATOR_COMPUTE, OP_LESS_EQUAL, false},
    {">=", 7, OPERATOR_COMPUTE, OP_GREATER_EQUAL, false},
    {"<", 7, OPERATOR_COMPUTE, OP_LESS, false},
    {">", 7, OPERATOR_COMPUTE, OP_GREATER, false},
    {"+", 9, OPERATOR_COMPUTE, OP_ADD, false},
    {"-", 9, OPERATOR_COMPUTE, OP_SUBTRACT, false},
    {"*", 10, OPERATOR_COMPUTE, OP_MULTIPLY, false},
    {"/", 10, OPERATOR_COMPUTE, OP_DIVIDE, false},
    {"%", 10, OPERATOR_COMPUTE, OP_REMAINDER, false},
};

static struct ct_error *parse_expression(struct filter_compiler *compiler,
					 unsigned precedence,
					 struct filter_operand *ret);
static struct ct_error *parse_unary(struct filter_compiler *compiler,
				    struct filter_operand *ret);

static void skip_space(struct filter_compiler *compiler)
{
	compiler->at = ct_scan_space(compiler->at);
}

static struct ct_error *unexpected(const struct filter_compiler *compiler)
{
	const char *at = compiler->at;
	if (!*at)
		return filter_refuse(compiler, at, "unexpected end");
	if (at[0] == '=' && at[1] != '=')
		return filter_refuse(compiler, at,
				     "unexpected '='; == compares");
	int length = (int)(ct_scan_word(at) - at);
	if (length > 40)
		length = 40;
	/* A whole character, when it is not ASCII. */
	for (length = length ? length : 1; (at[length] & 0xc0) == 0x80;)
		length++;
	return filter_refuse(compiler, at, "unexpected '%.*s'", length, at);
}

static struct ct_error *parse_integer(struct filter_compiler *compiler,
				      const struct ct_scan_number *number,
				      struct filter_operand *ret)
{
	if (number->is_huge || number->integer > UINT64_MAX)
		return filter_refuse(compiler, number->at,
				     "a number of more than 64 bits");
	/* C11 6.4.4.1: the first type that holds it; decimal ones without u
	 * have a sign as long as they can. */
	uint64_t value = (uint64_t)number->integer;
	bool may_be_unsigned = number->is_unsigned || !number->is_decimal;
	enum filter_class class = FILTER_U64;
	if (value <= INT32_MAX && !number->is_long && !number->is_unsigned)
		class = FILTER_S32;
	else if (value <= UINT32_MAX && !number->is_long && may_be_unsigned)
		class = FILTER_U32;
	else if (value <= INT64_MAX && !number->is_unsigned)
		class = FILTER_S64;
	return filter_push(compiler, value, class, ret);
}

static struct ct_error *parse_number(struct filter_compiler *compiler,
				     struct filter_operand *ret)
{
	struct ct_scan_number number;
	const char *end = ct_scan_number(compiler->at, &number);
	if (!end)
		return unexpected(compiler);
	compiler->at = end;
	if (ct_scan_word(end) != end || (*end >= '0' && *end <= '9'))
		return unexpected(compiler);
	if (!number.is_real)
		return parse_integer(compiler, &number, ret);
	uint64_t bits;
	ct_scan_real(&number, false, sizeof(bits), &bits);
	return filter_push(compiler, bits, FILTER_F64, ret);
}

/* "text", or 'c', which is a number. */
static struct ct_error *parse_quoted(struct filter_compiler *compiler,
				     struct filter_operand *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text = {0};
	const char *start = compiler->at, *problem, *where;
	const char *end = ct_scan_quoted(start, &text, &problem, &where);
	if (!end)
		return filter_refuse(compiler, where, "%s", problem);
	if (ct_buffer_failed(&text))
		return &ct_enomem;
	if (text.size > FILTER_STRING_MAX)
		return filter_refuse(compiler, start,
				     "a text of more than %d bytes",
				     FILTER_STRING_MAX);
	compiler->at = end;
	int32_t c = ct_scan_character(text.data, text.size);
	if (*start == '\'' && c >= 0) {
		if (text.size == 1) /* '\xff' is -1 */
			c = (signed char)c;
		return filter_push(compiler, (uint64_t)(int64_t)c, FILTER_S32,
				   ret);
	}
	uint32_t size = (uint32_t)text.size;
	*ret =
	    (struct filter_operand){.form = FILTER_TEXT,
				    .start = start,
				    .string = (uint32_t)compiler->strings.size};
	ct_buffer_append(&compiler->strings, &size, sizeof(size));
	ct_buffer_append(&compiler->strings, text.data, text.size);
	return ct_buffer_failed(&compiler->strings) ? &ct_enomem : NULL;
}

static struct ct_error *parse_primary(struct filter_compiler *compiler,
				      struct filter_operand *ret)
{
	const char *at = compiler->at;
	if (*at == '(') {
		compiler->at++;
		struct ct_error *err = parse_expression(compiler, 0, ret);
		if (err)
			return err;
		skip_space(compiler);
		if (*compiler->at != ')')
			return unexpected(compiler);
		compiler->at++;
		return NULL;
	}
	if (ct_scan_is_quoted(at))
		return parse_quoted(compiler, ret);
	if (*at == '$')
		return filter_variable(compiler, ret);
	if (ct_scan_word(at) != at)
		return filter_name(compiler, ret);
	return parse_number(compiler, ret);
}

static struct ct_error *parse_index(struct filter_compiler *compiler,
				    struct filter_operand *ret)
{
	struct filter_operand index;
	compiler->at++;
	struct ct_error *err = filter_index_base(compiler, ret);
	if (!err)
		err = parse_expression(compiler, 0, &index);
	if (err)
		return err;
	skip_space(compiler);
	if (*compiler->at != ']')
		return unexpected(compiler);
	compiler->at++;
	return filter_index(compiler, ret, &index);
}

static struct ct_error *parse_member(struct filter_compiler *compiler,
				     struct filter_operand *ret)
{
	bool is_arrow = *compiler->at == '-';
	const char *name = ct_scan_space(compiler->at + 1 + is_arrow);
	const char *end = ct_scan_word(name);
	compiler->at = name;
	if (name == end)
		return unexpected(compiler);
	struct ct_error *err = NULL;
	if (is_arrow)
		err = filter_dereference(compiler, ret);
	if (!err)
		err = filter_member(compiler, ret, name, (size_t)(end - name));
	compiler->at = err ? compiler->at : end;
	return err;
}

static struct ct_error *parse_postfix(struct filter_compiler *compiler,
				      struct filter_operand *ret)
{
	const char *start = compiler->at;
	struct ct_error *err = parse_primary(compiler, ret);
	while (!err) {
		ret->start = start;
		skip_space(compiler);
		const char *at = compiler->at;
		if (*at == '[')
			err = parse_index(compiler, ret);
		else if (*at == '.' || (at[0] == '-' && at[1] == '>'))
			err = parse_member(compiler, ret);
		else if (*at == '(')
			return filter_refuse(compiler, at,
					     "a call is not possible");
		else
			return NULL;
	}
	return err;
}

static struct ct_error *parse_sign(struct filter_compiler *compiler,
				   struct filter_operand *ret)
{
	const char *at = compiler->at;
	compiler->at++;
	struct ct_error *err = parse_unary(compiler, ret);
	if (err)
		return err;
	err = *at == '*' ? filter_dereference(compiler, ret)
			 : filter_unary(compiler, *at, ret);
	ret->start = at;
	return err;
}

static struct ct_error *parse_unary(struct filter_compiler *compiler,
				    struct filter_operand *ret)
{
	skip_space(compiler);
	const char *at = compiler->at;
	if (compiler->nesting == FILTER_NESTING_MAX)
		return filter_refuse(compiler, at, "nested too deeply");
	compiler->nesting++;
	struct ct_error *err;
	if (*at && strchr("!~-+*", *at)) {
		err = parse_sign(compiler, ret);
	} else {
		err = parse_postfix(compiler, ret);
	}
	compiler->nesting--;
	return err;
}

static const struct operation *peek_operator(struct filter_compiler *compiler)
{
	skip_space(compiler);
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		const char *sign = operators[i].sign;
		if (!strncmp(compiler->at, sign, strlen(sign)))
			return &operators[i];
	}
	return NULL;
}

static struct ct_error *parse_jump(struct filter_compiler *compiler,
				   const struct operation *operation,
				   struct filter_operand *left)
{
	struct filter_operand right;
	struct ct_error *err = filter_truth(compiler, left);
	size_t jump = compiler->ops.size;
	if (!err)
		err = filter_emit(compiler,
				  (struct filter_op){.code = operation->code});
	if (!err)
		err = parse_expression(compiler, operation->precedence + 1u,
				       &right);
	if (!err)
		err = filter_truth(compiler, &right);
	if (err)
		return err;
	uint64_t target = compiler->ops.size / sizeof(struct filter_op);
	memcpy(compiler->ops.data + jump + offsetof(struct filter_op, value),
	       &target, sizeof(target));
	return NULL;
}

static struct ct_error *not_text(const struct filter_compiler *compiler,
				 const struct operation *operation,
				 const struct filter_operand *operand)
{
	return filter_refuse(compiler, operand->start,
			     "%s wants text in quotes on its right side",
			     operation->sign);
}

/* ==, !=, ~ and !~, of which one side may be text. */
static struct ct_error *parse_equality(struct filter_compiler *compiler,
				       const struct operation *operation,
				       struct filter_operand *left)
{
	struct filter_operand right;
	bool is_match = operation->kind == OPERATOR_MATCH;
	skip_space(compiler);
	/* The right side decides whether the left one is loaded or left as
	 * a place; it has no ops when it is text. */
	const char *mark = compiler->at;
	bool left_is_text = left->form == FILTER_TEXT;
	bool right_is_text = false;
	if (ct_scan_is_quoted(mark) && !left_is_text) {
		struct ct_error *err = parse_quoted(compiler, &right);
		if (err)
			return err;
		right_is_text = right.form == FILTER_TEXT;
		if (right_is_text)
			return filter_match(compiler, left, &right, is_match,
					    operation->negated);
		/* A character: take its op back, to load the left first. */
		compiler->ops.size -= sizeof(struct filter_op);
		compiler->slots--;
		compiler->at = mark;
	}
	struct ct_error *err =
	    left_is_text ? NULL : filter_number(compiler, left);
	if (!err)
		err = parse_expression(compiler, operation->precedence + 1u,
				       &right);
	if (err)
		return err;
	if (is_match)
		return not_text(compiler, operation, &right);
	if (left_is_text) {
		err = filter_match(compiler, &right, left, false,
				   operation->negated);
		right.start = left->start;
		*left = right;
		return err;
	}
	err = filter_number(compiler, &right);
	return err ? err
		   : filter_binary(compiler, operation->code, operation->sign,
				   left, &right);
}

static struct ct_error *parse_operation(struct filter_compiler *compiler,
					const struct operation *operation,
					struct filter_operand *left)
{
	struct filter_operand right;
	struct ct_error *err = filter_number(compiler, left);
	if (!err)
		err = parse_expression(compiler, operation->precedence + 1u,
				       &right);
	if (!err)
		err = filter_number(compiler, &right);
	return err ? err
		   : filter_binary(compiler, operation->code, operation->sign,
				   left, &right);
}

static struct ct_error *parse_expression(struct filter_compiler *compiler,
					 unsigned precedence,
					 struct filter_operand *ret)
{
	struct ct_error *err = parse_unary(compiler, ret);
	while (!err) {
		const struct operation *operation = peek_operator(compiler);
		if (!operation || operation->precedence < precedence)
			return NULL;
		compiler->at += strlen(operation->sign);
		switch (operation->kind) {
		case OPERATOR_JUMP:
			err = parse_jump(compiler, operation, ret);
			break;
		case OPERATOR_COMPUTE:
			err = parse_operation(compiler, operation, ret);
			break;
		default:
			err = parse_equality(compiler, operation, ret);
			break;
		}
	}
	return err;
}

static struct ct_error *finish(const struct filter_compiler *compiler,
			       struct ct_buffer *out)
{
	static const char padding[8];
	uint32_t ops_size = (uint32_t)compiler->ops.size;
	struct ct_filter filter = {
	    .flags = compiler->flags,
	    .op_count = ops_size / (uint32_t)sizeof(struct filter_op),
	    .strings = (uint32_t)sizeof(filter) + ops_size,
	};
	uint32_t used = filter.strings + (uint32_t)compiler->strings.size;
	filter.size = (used + 7) & ~7u;
	if (!ct_buffer_reserve(out, filter.size))
		return &ct_enomem;
	ct_buffer_append(out, &filter, sizeof(filter));
	ct_buffer_append(out, compiler->ops.data, compiler->ops.size);
	ct_buffer_append(out, compiler->strings.data, compiler->strings.size);
	ct_buffer_append(out, padding, filter.size - used);
	return NULL;
}

struct ct_error *ct_filter_compile(const char *text,
				   const struct ct_filter_scope *scope,
				   struct ct_buffer *out)
{
	struct filter_compiler compiler = {
	    .text = text, .at = text, .scope = scope};
	struct filter_operand operand;
	struct ct_error *err = parse_expression(&compiler, 0, &operand);
	if (!err && *compiler.at)
		err = unexpected(&compiler);
	if (!err)
		err = filter_truth(&compiler, &operand);
	if (!err)
		err = finish(&compiler, out);
	ct_buffer_deinit(&compiler.ops);
	ct_buffer_deinit(&compiler.strings);
	return err;
}
