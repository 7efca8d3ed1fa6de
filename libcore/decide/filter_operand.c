/* SPDX-License-Identifier: MIT */
/* Operands and operators as ops: here types are walked, for the last time. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/filter_compiler.h"
#include "image/near.h"

/* How many slots an op adds. */
static int slot_change(const struct filter_op *op)
{
	switch (op->code) {
	case OP_PUSH:
	case OP_VARIABLE:
	case OP_CALLER:
		return 1;
	case OP_INDEX:
	case OP_ADD ... OP_GREATER_EQUAL:
	case OP_AND_JUMP: /* on the way that does not jump */
	case OP_OR_JUMP:
		return -1;
	default:
		return 0;
	}
}

struct ct_error *filter_emit(struct filter_compiler *compiler,
			     struct filter_op op)
{
	compiler->slots += (unsigned)slot_change(&op);
	ct_buffer_append(&compiler->ops, &op, sizeof(op));
	if (ct_buffer_failed(&compiler->ops))
		return &ct_enomem;
	if (compiler->slots > FILTER_STACK_MAX ||
	    compiler->ops.size > FILTER_OPS_MAX * sizeof(op))
		return filter_refuse(compiler, compiler->at,
				     "the expression is too long");
	return NULL;
}

struct ct_error *filter_push(struct filter_compiler *compiler, uint64_t value,
			     enum filter_class class,
			     struct filter_operand *ret)
{
	*ret = (struct filter_operand){.form = FILTER_NUMBER, .class = class};
	return filter_emit(compiler,
			   (struct filter_op){.code = OP_PUSH, .value = value});
}

struct ct_error *filter_push_absent(struct filter_compiler *compiler,
				    struct filter_operand *ret)
{
	compiler->flags |= CT_FILTER_HAS_ABSENT;
	struct ct_error *err = filter_push(compiler, 0, FILTER_S32, ret);
	ret->is_absent = true;
	return err;
}

/* "what 'operand'" with its type, as what it cannot be. */
static struct ct_error *refuse_type(const struct filter_compiler *compiler,
				    const struct filter_operand *operand,
				    const char *what)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer type = {0};
	if (operand->form == FILTER_TEXT)
		return filter_refuse(
		    compiler, operand->start,
		    "text can only be compared, by ==, !=, ~ and !~");
	if (operand->form == FILTER_CALLER)
		return filter_refuse(compiler, operand->start,
				     "$caller can only be compared with text");
	if (!operand->type)
		return filter_refuse(compiler, operand->start, "a number is %s",
				     what);
	struct ct_error *err = ct_type_spell(operand->type, &type);
	return err ? err
		   : filter_refuse(compiler, operand->start, "%.*s is %s",
				   (int)type.size, type.data, what);
}

static struct ct_error *add_offset(struct filter_compiler *compiler,
				   struct filter_operand *place)
{
	uint64_t offset = place->offset;
	place->offset = 0;
	if (!offset)
		return NULL;
	return filter_emit(
	    compiler, (struct filter_op){.code = OP_OFFSET, .value = offset});
}

/* A load of `bits` bits becomes a promoted number (C11 6.3.1.1). */
static enum filter_class promote(uint32_t bits, bool is_signed)
{
	if (bits < 32)
		return FILTER_S32;
	if (bits == 32)
		return is_signed ? FILTER_S32 : FILTER_U32;
	return is_signed ? FILTER_S64 : FILTER_U64;
}

static struct ct_error *load(struct filter_compiler *compiler,
			     struct filter_operand *place, uint32_t bits,
			     enum filter_load kind)
{
	if (place->bit_size)
		bits = place->bit_size;
	enum filter_class class = promote(bits, kind == FILTER_LOAD_SIGNED);
	if (kind == FILTER_LOAD_FLOAT)
		class = FILTER_F64;
	if (kind == FILTER_LOAD_BOOL)
		class = FILTER_S32;
	if (!bits || (bits > 64 && kind != FILTER_LOAD_FLOAT))
		return refuse_type(compiler, place, "too wide for a filter");
	struct ct_error *err = add_offset(compiler, place);
	if (err)
		return err;
	struct filter_op op = {.code = OP_LOAD,
			       .left = (uint8_t)place->space,
			       .right = (uint8_t)kind,
			       .type = (uint8_t) class,
			       .arg = place->bit_offset | bits << 8};
	place->form = FILTER_NUMBER;
	place->class = class;
	place->type = NULL;
	return filter_emit(compiler, op);
}

static struct ct_error *load_base(struct filter_compiler *compiler,
				  struct filter_operand *place,
				  const struct ct_type *stripped)
{
	uint64_t size = ct_type_size(stripped);
	uint32_t bits = size <= 16 ? (uint32_t)size * 8 : 0;
	switch (ct_type_encoding(stripped)) {
	case CT_ENCODING_BOOL:
		return load(compiler, place, bits, FILTER_LOAD_BOOL);
	case CT_ENCODING_SIGNED:
	case CT_ENCODING_CHAR: /* signed on x86 */
		return load(compiler, place, bits, FILTER_LOAD_SIGNED);
	case CT_ENCODING_FLOAT:
		if (size != 4 && size != 8 && size != 16)
			return refuse_type(compiler, place,
					   "no type that filters know");
		return load(compiler, place, bits, FILTER_LOAD_FLOAT);
	case CT_ENCODING_COMPLEX:
		return refuse_type(compiler, place, "not a real number");
	default:
		return load(compiler, place, bits, FILTER_LOAD_UNSIGNED);
	}
}

static struct ct_error *load_enum(struct filter_compiler *compiler,
				  struct filter_operand *place,
				  struct ct_type *stripped)
{
	struct ct_type *integer;
	uint64_t size = ct_type_size(stripped);
	struct ct_error *err = ct_type_target(stripped, &integer);
	if (!err)
		err = ct_type_strip(integer, &integer);
	if (err)
		return err;
	bool is_signed = ct_type_kind(integer) == CT_TYPE_BASE &&
			 ct_type_encoding(integer) == CT_ENCODING_SIGNED;
	return load(compiler, place, size <= 16 ? (uint32_t)size * 8 : 0,
		    is_signed ? FILTER_LOAD_SIGNED : FILTER_LOAD_UNSIGNED);
}

struct ct_error *filter_number(struct filter_compiler *compiler,
			       struct filter_operand *operand)
{
	struct ct_type *stripped;
	if (operand->form == FILTER_NUMBER)
		return NULL;
	if (operand->form != FILTER_PLACE)
		return refuse_type(compiler, operand, "");
	if (operand->is_int)
		return load(compiler, operand, 32, FILTER_LOAD_SIGNED);
	struct ct_error *err = ct_type_strip(operand->type, &stripped);
	if (err)
		return err;
	switch (ct_type_kind(stripped)) {
	case CT_TYPE_BASE:
		return load_base(compiler, operand, stripped);
	case CT_TYPE_ENUM:
		return load_enum(compiler, operand, stripped);
	case CT_TYPE_POINTER:
		err = load(compiler, operand, 64, FILTER_LOAD_UNSIGNED);
		operand->type = stripped;
		return err;
	case CT_TYPE_ARRAY: /* its address */
		if (operand->space != FILTER_MEMORY)
			break;
		operand->form = FILTER_NUMBER;
		operand->class = FILTER_U64;
		operand->type = stripped;
		return add_offset(compiler, operand);
	default:
		break;
	}
	return refuse_type(compiler, operand, "not a number");
}

struct ct_error *filter_truth(struct filter_compiler *compiler,
			      struct filter_operand *operand)
{
	struct ct_error *err = filter_number(compiler, operand);
	if (err)
		return err;
	struct filter_op op = {.code = OP_BOOL,
			       .left = (uint8_t)operand->class};
	operand->class = FILTER_S32;
	operand->type = NULL;
	operand->is_absent = false;
	return filter_emit(compiler, op);
}

/* A number that points: its target and how far one of them is. */
static struct ct_error *pointer_target(const struct filter_compiler *compiler,
				       const struct filter_operand *pointer,
				       struct ct_type **target,
				       uint64_t *stride)
{
	if (!pointer->type)
		return refuse_type(compiler, pointer, "not a pointer");
	struct ct_error *err = ct_type_target(pointer->type, target);
	if (!err)
		err = ct_type_complete(*target);
	if (err)
		return err;
	*stride = ct_type_size(*target);
	if (!*stride)
		*stride = 1;
	return NULL;
}

struct ct_error *filter_dereference(struct filter_compiler *compiler,
				    struct filter_operand *operand)
{
	struct ct_type *target;
	uint64_t stride;
	if (operand->is_absent)
		return NULL;
	if (operand->form == FILTER_PLACE) {
		struct ct_type *stripped;
		struct ct_error *err = ct_type_strip(operand->type, &stripped);
		if (err)
			return err;
		enum ct_type_kind kind = ct_type_kind(stripped);
		if (kind != CT_TYPE_POINTER &&
		    (kind != CT_TYPE_ARRAY || operand->space != FILTER_MEMORY))
			return refuse_type(compiler, operand, "not a pointer");
	}
	struct ct_error *err = filter_number(compiler, operand);
	if (!err)
		err = pointer_target(compiler, operand, &target, &stride);
	if (err)
		return err;
	compiler->flags |= CT_FILTER_USES_MEMORY;
	*operand = (struct filter_operand){.form = FILTER_PLACE,
					   .start = operand->start,
					   .type = target,
					   .space = FILTER_MEMORY};
	return NULL;
}

/* A member by name, also of anonymous members; *ret stays NULL when there is
 * none.  Names are offered to near. */
static struct ct_error *find_member(struct ct_type *record, const char *name,
				    size_t length, unsigned depth,
				    struct ct_near *near, uint64_t *bit_offset,
				    const struct ct_member **ret)
{
	enum {
		DEPTH_MAX = 16
	};
	size_t count;
	const struct ct_member *members;
	struct ct_error *err = ct_type_members(record, &count, &members);
	for (size_t i = 0; !err && !*ret && i < count; i++) {
		const struct ct_member *member = &members[i];
		struct ct_type *inner;
		if (member->name) {
			ct_near_offer(near, member->name);
			if (strlen(member->name) != length ||
			    memcmp(member->name, name, length))
				continue;
			*bit_offset += member->bit_offset;
			*ret = member;
			return NULL;
		}
		err = ct_type_strip(member->type, &inner);
		if (err || depth == DEPTH_MAX ||
		    (ct_type_kind(inner) != CT_TYPE_STRUCT &&
		     ct_type_kind(inner) != CT_TYPE_UNION))
			continue;
		err = find_member(inner, name, length, depth + 1, near,
				  bit_offset, ret);
		if (*ret)
			*bit_offset += member->bit_offset;
	}
	return err;
}

static struct ct_error *no_member(const struct filter_compiler *compiler,
				  struct ct_type *type, const char *name,
				  size_t length, const struct ct_near *near)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out = {0};
	struct ct_error *err = ct_type_spell(type, &out);
	if (err)
		return err;
	ct_buffer_printf(&out, " has no member '%.*s'", (int)length, name);
	if (near->count)
		ct_buffer_printf(&out, " (did you mean %s?)", near->names[0]);
	return filter_refuse(compiler, name, "%.*s", (int)out.size, out.data);
}

struct ct_error *filter_member(struct filter_compiler *compiler,
			       struct filter_operand *operand, const char *name,
			       size_t length)
{
	struct ct_type *stripped = NULL;
	struct ct_error *err = NULL;
	if (operand->is_absent)
		return NULL;
	if (operand->form == FILTER_PLACE)
		err = ct_type_strip(operand->type, &stripped);
	if (err)
		return err;
	if (!stripped || (ct_type_kind(stripped) != CT_TYPE_STRUCT &&
			  ct_type_kind(stripped) != CT_TYPE_UNION))
		return refuse_type(compiler, operand,
				   stripped && ct_type_kind(stripped) ==
						   CT_TYPE_POINTER
				       ? "a pointer; use ->"
				       : "not a struct");
	char wanted[64];
	struct ct_near near;
	const struct ct_member *member = NULL;
	uint64_t bit_offset = 0;
	snprintf(wanted, sizeof(wanted), "%.*s",
		 (int)(length < 64 ? length : 63), name);
	ct_near_init(&near, wanted, 1);
	err =
	    find_member(stripped, name, length, 0, &near, &bit_offset, &member);
	if (err)
		return err;
	if (!member)
		return no_member(compiler, operand->type, name, length, &near);
	operand->type = member->type;
	operand->offset += bit_offset / 8;
	operand->bit_offset = member->bit_size ? bit_offset % 8 : 0;
	operand->bit_size = member->bit_size;
	return NULL;
}

/* True for an array that can be indexed where it is. */
static struct ct_error *is_array_place(const struct filter_operand *operand,
				       struct ct_type **array, bool *ret)
{
	*ret = false;
	if (operand->form != FILTER_PLACE)
		return NULL;
	struct ct_error *err = ct_type_strip(operand->type, array);
	if (!err)
		*ret = ct_type_kind(*array) == CT_TYPE_ARRAY;
	return err;
}

struct ct_error *filter_index_base(struct filter_compiler *compiler,
				   struct filter_operand *operand)
{
	struct ct_type *type;
	uint64_t stride;
	bool is_array;
	if (operand->is_absent)
		return NULL;
	struct ct_error *err = is_array_place(operand, &type, &is_array);
	if (err)
		return err;
	if (is_array)
		return add_offset(compiler, operand);
	err = filter_number(compiler, operand);
	return err ? err : pointer_target(compiler, operand, &type, &stride);
}

/* Instead of the two operands on the stack, 0. */
static struct ct_error *drop_two(struct filter_compiler *compiler)
{
	struct filter_operand zero;
	const struct filter_op both = {.code = OP_AND, .type = FILTER_U64};
	struct ct_error *err = filter_emit(compiler, both);
	if (!err)
		err = filter_push(compiler, 0, FILTER_U64, &zero);
	return err ? err : filter_emit(compiler, both);
}

struct ct_error *filter_index(struct filter_compiler *compiler,
			      struct filter_operand *operand,
			      struct filter_operand *index)
{
	struct ct_type *array, *element;
	uint64_t stride;
	bool is_array, known;
	struct ct_error *err = filter_number(compiler, index);
	if (err)
		return err;
	if (operand->is_absent || index->is_absent) {
		*operand = (struct filter_operand){.form = FILTER_NUMBER,
						   .start = operand->start,
						   .is_absent = true};
		return drop_two(compiler);
	}
	if (index->class == FILTER_F64)
		return filter_refuse(compiler, index->start,
				     "an index is an integer");
	err = is_array_place(operand, &array, &is_array);
	if (err)
		return err;
	struct filter_operand base = *operand;
	if (is_array)
		base.type = array;
	err = pointer_target(compiler, &base, &element, &stride);
	if (!err && is_array && operand->space != FILTER_MEMORY)
		err = filter_emit(
		    compiler,
		    (struct filter_op){.code = OP_BOUND,
				       .value = ct_type_count(array, &known)});
	if (err)
		return err;
	if (!is_array)
		operand->space = FILTER_MEMORY;
	if (operand->space == FILTER_MEMORY)
		compiler->flags |= CT_FILTER_USES_MEMORY;
	*operand = (struct filter_operand){.form = FILTER_PLACE,
					   .start = operand->start,
					   .type = element,
					   .space = operand->space};
	return filter_emit(
	    compiler, (struct filter_op){.code = OP_INDEX, .value = stride});
}

struct ct_error *filter_unary(struct filter_compiler *compiler, char sign,
			      struct filter_operand *operand)
{
	struct ct_error *err = filter_number(compiler, operand);
	if (err)
		return err;
	struct filter_op op = {.left = (uint8_t)operand->class,
			       .type = (uint8_t)operand->class};
	if (operand->is_absent) {
		operand->is_absent = sign != '!';
		return NULL;
	}
	switch (sign) {
	case '!':
		op.code = OP_NOT;
		operand->class = FILTER_S32;
		break;
	case '~':
		if (operand->class == FILTER_F64)
			return filter_refuse(compiler, operand->start,
					     "~ wants an integer");
		op.code = OP_COMPLEMENT;
		break;
	case '-':
		op.code = OP_NEGATE;
		break;
	default: /* + has promoted it */
		return NULL;
	}
	operand->type = NULL;
	return filter_emit(compiler, op);
}

/* pointer + n and pointer - n, in elements. */
static struct ct_error *move_pointer(struct filter_compiler *compiler,
				     enum filter_code code,
				     const struct filter_operand *pointer,
				     const struct filter_operand *count)
{
	struct ct_type *target;
	uint64_t stride;
	if (count->type || count->class == FILTER_F64)
		return filter_refuse(
		    compiler, count->start,
		    "only an integer can be added to a pointer");
	struct ct_error *err =
	    pointer_target(compiler, pointer, &target, &stride);
	if (err)
		return err;
	return filter_emit(
	    compiler,
	    (struct filter_op){.code = OP_INDEX,
			       .value = code == OP_ADD ? stride : -stride});
}

struct ct_error *filter_binary(struct filter_compiler *compiler,
			       enum filter_code code, const char *sign,
			       struct filter_operand *left,
			       const struct filter_operand *right)
{
	if (left->is_absent || right->is_absent) {
		*left = (struct filter_operand){.form = FILTER_NUMBER,
						.start = left->start,
						.is_absent = code < OP_EQUAL};
		return drop_two(compiler);
	}
	if (left->type && (code == OP_ADD || code == OP_SUBTRACT))
		return move_pointer(compiler, code, left, right);

	/* C11 6.3.1.8; the classes are in the order of its rules. */
	enum filter_class class =
	    left->class > right->class ? left->class : right->class;
	if (class == FILTER_F64 && code >= OP_REMAINDER &&
	    code <= OP_SHIFT_RIGHT)
		return filter_refuse(compiler, left->start, "%s wants integers",
				     sign);
	if (code == OP_SHIFT_LEFT || code == OP_SHIFT_RIGHT)
		class = left->class;
	struct filter_op op = {.code = (uint8_t)code,
			       .left = (uint8_t)left->class,
			       .right = (uint8_t)right->class,
			       .type = (uint8_t) class};
	left->class = code >= OP_EQUAL ? FILTER_S32 : class;
	left->type = NULL;
	return filter_emit(compiler, op);
}

/* Bytes or characters: what may hold text. */
static struct ct_error *is_text_element(struct ct_type *type, bool *ret)
{
	struct ct_type *element;
	struct ct_error *err = ct_type_target(type, &element);
	if (!err)
		err = ct_type_strip(element, &element);
	if (!err)
		*ret = ct_type_kind(element) == CT_TYPE_BASE &&
		       ct_type_size(element) == 1 &&
		       ct_type_encoding(element) != CT_ENCODING_BOOL;
	return err;
}

/* The place of text on the top of the stack. */
static struct ct_error *text_place(struct filter_compiler *compiler,
				   struct filter_operand *operand,
				   struct filter_op *op)
{
	struct ct_type *type = operand->type;
	bool is_array = false, is_text = false, known;
	struct ct_error *err = is_array_place(operand, &type, &is_array);
	if (err)
		return err;
	bool is_pointer = type && (ct_type_kind(type) == CT_TYPE_POINTER ||
				   ct_type_kind(type) == CT_TYPE_ARRAY);
	err = is_pointer ? is_text_element(type, &is_text) : NULL;
	if (err)
		return err;
	if (!is_text)
		return refuse_type(compiler, operand, "not text");
	op->value = FILTER_TEXT_MAX;
	op->left = FILTER_MEMORY;
	if (!is_array)
		return filter_number(compiler, operand);
	op->left = (uint8_t)operand->space;
	uint64_t count = ct_type_count(type, &known);
	if (known && count < FILTER_TEXT_MAX)
		op->value = count;
	return add_offset(compiler, operand);
}

struct ct_error *filter_match(struct filter_compiler *compiler,
			      struct filter_operand *operand,
			      const struct filter_operand *text, bool is_glob,
			      bool negated)
{
	struct ct_error *err = NULL;
	struct filter_op op = {.code = OP_TEXT,
			       .right = is_glob,
			       .type = negated,
			       .arg = text->string};
	if (operand->is_absent) {
		operand->is_absent = false;
		return NULL;
	}
	if (operand->form == FILTER_CALLER)
		op.code = OP_CALLER;
	else
		err = text_place(compiler, operand, &op);
	if (err)
		return err;
	if (op.code == OP_TEXT && op.left == FILTER_MEMORY)
		compiler->flags |= CT_FILTER_USES_MEMORY;
	*operand = (struct filter_operand){.form = FILTER_NUMBER,
					   .start = operand->start,
					   .class = FILTER_S32};
	return filter_emit(compiler, op);
}
