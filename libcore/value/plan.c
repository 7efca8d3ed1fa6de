/* SPDX-License-Identifier: MIT */
/*
 * From types to shapes.  The walk is breadth first by pointer depth, so that
 * a type that is reachable at several depths gets its shape at the least one,
 * and no type deeper than the limit is read from the debug information.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "type/model.h"
#include "value/plan.h"
#include "value/special.h"
#include "value/walk.h"

enum {
	SHAPES_MAX = 1024,
	LINKS_MAX = 8192,
	NESTING_MAX = 32,         /* of structs and arrays in one object */
	OBJECT_MAX = 1024 * 1024, /* bytes of one pointee */
	/* Objects looked into: members of damaged types nest in themselves,
	 * and two such members would double the work at each level. */
	VISITS_MAX = 64 * 1024,
};

struct shape_build {
	struct ct_type *type; /* stripped */
	uint32_t size;
	uint32_t depth; /* pointers followed to get here */
	uint32_t first_link, link_count;
};

struct compiler {
	const struct ct_limits *limits;
	struct shape_build *shapes;
	size_t shape_count, shape_capacity;
	struct ct_link *links;
	size_t link_count, link_capacity;
	size_t visits;
};

static void compiler_deinit(struct compiler *compiler)
{
	free(compiler->shapes);
	free(compiler->links);
}

/* Make room for one more element; false when the bound or memory is hit. */
static bool grow(void **array, size_t *capacity, size_t count, size_t size,
		 size_t max)
{
	if (count >= max)
		return false;
	if (count < *capacity)
		return true;
	size_t wanted = *capacity ? *capacity * 2 : 16;
	void *bigger = realloc(*array, wanted * size);
	if (!bigger)
		return false;
	*array = bigger;
	*capacity = wanted;
	return true;
}

/* Links that do not fit in the bounds are left out: what they lead to is then
 * not captured, which the decoder shows as an address. */
static void add_link(struct compiler *compiler, struct ct_link link)
{
	if (grow((void **)&compiler->links, &compiler->link_capacity,
		 compiler->link_count, sizeof(link), LINKS_MAX))
		compiler->links[compiler->link_count++] = link;
}

/* The shape of a type, new or known; false when there is no more room. */
static bool shape_of(struct compiler *compiler, struct ct_type *type,
		     uint32_t size, uint32_t depth, uint32_t *ret)
{
	for (size_t i = 0; i < compiler->shape_count; i++) {
		if (compiler->shapes[i].type == type) {
			*ret = (uint32_t)i;
			return true;
		}
	}
	if (!grow((void **)&compiler->shapes, &compiler->shape_capacity,
		  compiler->shape_count, sizeof(*compiler->shapes), SHAPES_MAX))
		return false;
	*ret = (uint32_t)compiler->shape_count;
	compiler->shapes[compiler->shape_count++] =
	    (struct shape_build){type, size, depth, 0, 0};
	return true;
}

static struct ct_error *link_pointer(struct compiler *compiler,
				     struct ct_type *pointer, uint32_t offset,
				     uint32_t depth)
{
	struct ct_type *target;
	struct ct_error *err = ct_type_target(pointer, &target);
	if (err || depth >= compiler->limits->depth)
		return err;

	struct ct_type *named = target;
	err = ct_type_strip(target, &target);
	unsigned unit;
	if (!err)
		err = ct_walk_text_width(named, target, &unit);
	if (err)
		return err;
	if (unit) {
		add_link(compiler, (struct ct_link){.offset = offset,
						    .kind = CT_LINK_TEXT,
						    .unit = (uint16_t)unit});
		return NULL;
	}
	enum ct_type_kind kind = ct_type_kind(target);
	if (kind == CT_TYPE_VOID || kind == CT_TYPE_FUNCTION ||
	    ct_special_is_private(target))
		return NULL;
	if (kind == CT_TYPE_STRUCT || kind == CT_TYPE_UNION) {
		/* Asking for the members completes a declared type. */
		size_t count;
		const struct ct_member *members;
		err = ct_type_members(target, &count, &members);
		if (err)
			return err;
	}
	uint64_t size = ct_type_size(target);
	if (!size || size > OBJECT_MAX)
		return NULL;
	uint32_t shape;
	if (shape_of(compiler, target, (uint32_t)size, depth + 1, &shape))
		add_link(compiler, (struct ct_link){.offset = offset,
						    .kind = CT_LINK_OBJECT,
						    .shape = shape});
	return NULL;
}

static struct ct_error *link_object(struct compiler *compiler,
				    struct ct_type *type, uint32_t offset,
				    uint32_t depth, int nesting);

/* A pointer whose length another member has. */
static struct ct_error *link_counted(struct compiler *compiler,
				     struct ct_type *type,
				     const struct ct_special_length *length,
				     uint32_t pointer, uint32_t object,
				     uint32_t depth)
{
	size_t first = compiler->link_count;
	struct ct_error *err = ct_type_strip(type, &type);
	if (err || ct_type_kind(type) != CT_TYPE_POINTER ||
	    depth >= compiler->limits->depth)
		return err;
	if (length->kind == CT_EXTENT_COUNT)
		err = link_pointer(compiler, type, pointer, depth);
	else
		add_link(compiler,
			 (struct ct_link){.offset = pointer,
					  .kind = CT_LINK_BYTES,
					  .shape = length->by_result});
	if (compiler->link_count == first)
		return err;
	struct ct_link *link = &compiler->links[first];
	if (link->kind == CT_LINK_TEXT)
		return err;
	if (link->kind == CT_LINK_OBJECT)
		link->kind = CT_LINK_COUNT;
	link->unit = (uint16_t)length->size;
	link->length = object + (uint32_t)length->offset;
	return err;
}

static struct ct_error *link_members(struct compiler *compiler,
				     struct ct_type *type, uint32_t offset,
				     uint32_t depth, int nesting)
{
	size_t count;
	const struct ct_member *members;
	struct ct_error *err = ct_type_members(type, &count, &members);
	for (size_t i = 0; !err && i < count; i++) {
		if (members[i].bit_size ||
		    members[i].bit_offset / 8 >= OBJECT_MAX)
			continue;
		uint32_t at = offset + (uint32_t)(members[i].bit_offset / 8);
		struct ct_special_length length;
		if (ct_special_is_counted(members, count, i, &length))
			err = link_counted(compiler, members[i].type, &length,
					   at, offset, depth);
		else
			err = link_object(compiler, members[i].type, at, depth,
					  nesting + 1);
	}
	return err;
}

/* Elements that hold pointers get a shape of their own, repeated in place. */
static struct ct_error *link_elements(struct compiler *compiler,
				      struct ct_type *array, uint32_t offset,
				      uint32_t depth, int nesting)
{
	struct ct_type *element, *bare;
	struct ct_error *err = ct_type_target(array, &element);
	if (!err)
		err = ct_type_strip(element, &bare);
	if (err)
		return err;

	enum ct_type_kind kind = ct_type_kind(bare);
	if (kind != CT_TYPE_POINTER && kind != CT_TYPE_STRUCT &&
	    kind != CT_TYPE_UNION && kind != CT_TYPE_ARRAY)
		return NULL;
	bool known;
	uint64_t count = ct_type_count(array, &known);
	if (!known || !count)
		return NULL;
	if (count > compiler->limits->array)
		count = compiler->limits->array;
	/* The decoded element's size: an array's is that of all its own. */
	uint64_t stride =
	    ct_type_size(element) ? ct_type_size(element) : ct_type_size(bare);
	if (!stride || stride > OBJECT_MAX)
		return NULL;

	/* Every element has the links of the first, further on. */
	size_t first = compiler->link_count;
	err = link_object(compiler, element, offset, depth, nesting + 1);
	size_t per_element = compiler->link_count - first;
	if (!per_element)
		return err;
	for (uint64_t i = 1; !err && i < count; i++) {
		if (compiler->link_count == LINKS_MAX)
			break;
		for (size_t j = 0; j < per_element; j++) {
			struct ct_link link = compiler->links[first + j];
			link.offset += (uint32_t)(i * stride);
			link.length += (uint32_t)(i * stride);
			add_link(compiler, link);
		}
	}
	return err;
}

static struct ct_error *link_object(struct compiler *compiler,
				    struct ct_type *type, uint32_t offset,
				    uint32_t depth, int nesting)
{
	struct ct_type *bare;
	struct ct_error *err = ct_type_strip(type, &bare);
	if (err || nesting > NESTING_MAX || compiler->visits++ > VISITS_MAX)
		return err;
	switch (ct_type_kind(bare)) {
	case CT_TYPE_POINTER:
		return link_pointer(compiler, bare, offset, depth);
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		return link_members(compiler, bare, offset, depth, nesting);
	case CT_TYPE_ARRAY:
		return link_elements(compiler, bare, offset, depth, nesting);
	default:
		return NULL;
	}
}

/* A type from its top: each has visits of its own, so that a monstrous one
 * leaves the others theirs. */
static struct ct_error *link_whole(struct compiler *compiler,
				   struct ct_type *type, uint32_t offset,
				   uint32_t depth)
{
	compiler->visits = 0;
	return link_object(compiler, type, offset, depth, 0);
}

/* Expand the shapes in the order they were met: least depth first. */
static struct ct_error *expand_shapes(struct compiler *compiler)
{
	for (size_t i = 0; i < compiler->shape_count; i++) {
		struct shape_build shape = compiler->shapes[i];
		uint32_t first = (uint32_t)compiler->link_count;
		struct ct_error *err =
		    link_object(compiler, shape.type, 0, shape.depth, 0);
		if (err)
			return err;
		compiler->shapes[i].first_link = first;
		compiler->shapes[i].link_count =
		    (uint32_t)compiler->link_count - first;
	}
	return NULL;
}

/* True when what the pointer leads to may be changed through it. */
static struct ct_error *points_to_mutable(struct ct_type *type, bool *ret)
{
	*ret = false;
	struct ct_error *err = ct_type_strip(type, &type);
	if (err || ct_type_kind(type) != CT_TYPE_POINTER)
		return err;
	err = ct_type_target(type, &type);
	for (int i = 0; !err && i < CT_TYPE_DEPTH_MAX; i++) {
		enum ct_type_kind kind = ct_type_kind(type);
		if (kind == CT_TYPE_QUALIFIED &&
		    ct_type_qualifier(type) == CT_QUALIFIER_CONST)
			return NULL;
		if (kind != CT_TYPE_TYPEDEF && kind != CT_TYPE_QUALIFIED) {
			*ret = kind != CT_TYPE_FUNCTION;
			return NULL;
		}
		err = ct_type_target(type, &type);
	}
	return err;
}

static struct ct_error *is_signed(struct ct_type *type, bool *ret)
{
	struct ct_error *err = ct_type_strip(type, &type);
	*ret = !err && ct_type_kind(type) == CT_TYPE_BASE &&
	       ct_type_encoding(type) == CT_ENCODING_SIGNED;
	return err;
}

static void add_copies(struct ct_buffer *copies, const struct ct_place *place,
		       uint32_t at)
{
	for (int i = 0; i < place->count; i++) {
		struct ct_copy copy = {place->pieces[i],
				       at + place->pieces[i].offset};
		ct_buffer_append(copies, &copy, sizeof(copy));
	}
}

/* A rule is for a name, and another function may have that name: keep what
 * the type can have. */
static struct ct_error *fit_extent(struct ct_type *type,
				   const struct ct_extent_rule *rule,
				   struct ct_extent_rule *ret)
{
	if (ct_type_kind(type) != CT_TYPE_POINTER)
		return NULL;
	if (rule->kind == CT_EXTENT_TERMINATED) {
		struct ct_type *target;
		struct ct_error *err = ct_type_target(type, &target);
		if (!err)
			err = ct_type_strip(target, &target);
		if (err || ct_type_kind(target) != CT_TYPE_POINTER)
			return err;
	}
	*ret = *rule;
	return NULL;
}

static struct ct_error *compile_parameter(struct compiler *compiler,
					  const struct ct_parameter *formal,
					  const struct ct_place *place,
					  const struct ct_plan_rules *rules,
					  size_t index, uint32_t *args_size,
					  struct ct_plan_parameter *ret)
{
	uint64_t size;
	struct ct_type *bare;
	struct ct_error *err = ct_type_strip(formal->type, &bare);
	if (err)
		return err;
	size = ct_type_size(bare);
	if (size > OBJECT_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "parameter %zu has %llu bytes", index,
				       (unsigned long long)size);

	/* The same alignment as a variable would have, up to 16. */
	uint32_t align = size >= 16 ? 16 : 8;
	*ret = (struct ct_plan_parameter){
	    .offset = (*args_size + align - 1) & ~(align - 1),
	    .size = (uint32_t)size,
	    .first_link = (uint32_t)compiler->link_count,
	    .absent = place->absent,
	    .input = true,
	    .extent = {.length = CT_NO_PARAMETER, .factor = CT_NO_PARAMETER},
	};
	*args_size = ret->offset + ret->size;
	if (*args_size > CT_PLAN_ARGS_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "the arguments have more than %d bytes",
				       CT_PLAN_ARGS_MAX);
	if (rules && rules->extents)
		err = fit_extent(bare, &rules->extents[index], &ret->extent);
	if (err)
		return err;
	err = is_signed(formal->type, &ret->is_signed);
	if (!err)
		err = points_to_mutable(formal->type, &ret->output);
	if (rules && index < 64 && (rules->outputs >> index & 1)) {
		ret->output = true;
		ret->input = false;
	}
	if (!err)
		err = link_whole(compiler, formal->type, ret->offset, 0);
	ret->link_count = (uint32_t)compiler->link_count - ret->first_link;
	return err;
}

/* Put one table behind the plan and note where it went. */
static uint32_t append_table(struct ct_buffer *out, size_t start,
			     const void *table, size_t size)
{
	while (out->size % 8 && !ct_buffer_failed(out))
		ct_buffer_putc(out, 0);
	uint32_t at = (uint32_t)(out->size - start);
	ct_buffer_append(out, table, size);
	return at;
}

static struct ct_error *assemble(struct ct_plan *plan,
				 const struct compiler *compiler,
				 const struct ct_buffer tables[4],
				 struct ct_buffer *out)
{
	size_t start = out->size;
	uint32_t *const offsets[4] = {&plan->parameters, &plan->copies,
				      &plan->result_copies, &plan->choices};
	ct_buffer_append(out, plan, sizeof(*plan));
	for (int i = 0; i < 4; i++) {
		*offsets[i] =
		    append_table(out, start, tables[i].data, tables[i].size);
		if (tables[i].failed)
			return &ct_enomem;
	}
	plan->links =
	    append_table(out, start, compiler->links,
			 compiler->link_count * sizeof(struct ct_link));
	plan->shapes = append_table(out, start, NULL, 0);
	for (size_t i = 0; i < compiler->shape_count; i++) {
		const struct shape_build *build = &compiler->shapes[i];
		struct ct_shape shape = {build->size, build->first_link,
					 build->link_count};
		ct_buffer_append(out, &shape, sizeof(shape));
	}
	plan->size = append_table(out, start, NULL, 0);
	plan->copy_count = (uint32_t)(tables[1].size / sizeof(struct ct_copy));
	plan->result_copy_count =
	    (uint32_t)(tables[2].size / sizeof(struct ct_copy));
	plan->shape_count = (uint32_t)compiler->shape_count;
	plan->link_count = (uint32_t)compiler->link_count;
	if (ct_buffer_failed(out))
		return &ct_enomem;
	memcpy(out->data + start, plan, sizeof(*plan));
	return NULL;
}

static struct ct_error *compile_result(struct compiler *compiler,
				       struct ct_type *function,
				       const struct ct_call_layout *layout,
				       struct ct_buffer *copies,
				       struct ct_plan *plan)
{
	struct ct_type *type;
	struct ct_error *err = ct_type_target(function, &type);
	if (err)
		return err;
	struct ct_type *bare;
	err = ct_type_strip(type, &bare);
	if (err)
		return err;
	plan->result_size =
	    ct_type_size(bare) > OBJECT_MAX ? 0 : (uint32_t)ct_type_size(bare);
	plan->result_indirect = layout->result.indirect;
	plan->sret_reg = (int8_t)layout->sret_reg;
	plan->result_first_link = (uint32_t)compiler->link_count;
	add_copies(copies, &layout->result, 0);
	err = link_whole(compiler, type, 0, 0);
	plan->result_link_count =
	    (uint32_t)compiler->link_count - plan->result_first_link;
	return err;
}

static struct ct_error *compile(struct compiler *compiler,
				struct ct_type *function,
				const struct ct_call_layout *layout,
				const struct ct_plan_rules *rules,
				struct ct_buffer *tables, struct ct_plan *plan)
{
	size_t count;
	const struct ct_parameter *formals;
	struct ct_error *err = ct_type_parameters(function, &count, &formals);
	if (!err && count != layout->count)
		err = ct_error_format(CT_ERROR_BAD_ARGUMENT,
				      "%zu parameters, %zu places", count,
				      layout->count);
	for (size_t i = 0; !err && i < count; i++) {
		struct ct_plan_parameter parameter;
		err = compile_parameter(compiler, &formals[i],
					&layout->parameters[i], rules, i,
					&plan->args_size, &parameter);
		if (err)
			return ct_error_prefix(
			    err, "parameter %s",
			    formals[i].name ? formals[i].name : "without name");
		ct_buffer_append(&tables[0], &parameter, sizeof(parameter));
		add_copies(&tables[1], &layout->parameters[i],
			   parameter.offset);
	}
	plan->parameter_count = (uint32_t)count;
	if (!err)
		err = compile_result(compiler, function, layout, &tables[2],
				     plan);
	return err ? err : expand_shapes(compiler);
}

struct ct_error *ct_plan_compile(struct ct_type *function,
				 const struct ct_call_layout *layout,
				 const struct ct_plan_rules *rules,
				 const struct ct_limits *limits,
				 struct ct_buffer *out)
{
	struct compiler compiler = {.limits = limits};
	/* parameters, copies, copies of the result, choices of the tail */
	struct ct_buffer tables[4] = {0};
	struct ct_plan plan = {
	    .entry_uses_fp =
		layout->entry_uses_fp || (rules && rules->tail_rule),
	    .result_uses_fp = layout->result_uses_fp,
	    .tail_rule = rules ? rules->tail_rule : CT_PLAN_TAIL_UNKNOWN,
	    .tail_control = rules ? rules->tail_control : 0,
	    .choice_count = rules ? (uint32_t)rules->choice_count : 0,
	    .tail = ct_abi_tail_start(layout),
	    .limits = *limits,
	};
	struct ct_error *err =
	    compile(&compiler, function, layout, rules, tables, &plan);
	if (rules && rules->choice_count)
		ct_buffer_append(&tables[3], rules->choices,
				 rules->choice_count * sizeof(*rules->choices));
	if (!err)
		err = assemble(&plan, &compiler, tables, out);
	for (int i = 0; i < 4; i++)
		ct_buffer_deinit(&tables[i]);
	compiler_deinit(&compiler);
	return err;
}
