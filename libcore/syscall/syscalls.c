/* SPDX-License-Identifier: MIT */
#include "syscall/syscalls.h"

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "ctester/function.h"
#include "ctester/image.h"
#include "ctester/process.h"
#include "type/model.h"

const struct ct_limits ct_syscall_limits = {
    .string = 4096,
    .array = 1024,
    .depth = 3,
};

enum {
	/* Numbers that are not known get forms of their own, this many: a
	 * program that counts through them does not eat our memory. */
	UNKNOWN_MAX = 256,
	/* In a form's number, which has 32 bits; no call has it. */
	I386_BIT = 1u << 31,
	/* In a struct mmsghdr, recvmmsg(2): behind the message. */
	MESSAGE_LENGTH_AT = 56,
};

/* The forms of one number: [0] the call itself, then its variants. */
struct forms {
	struct ct_syscall_form **forms;
};

struct ct_syscalls {
	struct ct_image *image;
	struct ct_types *types;
	struct ct_arena arena;
	struct ct_limits limits;
	uint32_t data_limit;
	struct forms known[CT_SYSCALL_NUMBERS];
	struct ct_syscall_form *unknown[UNKNOWN_MAX];
	size_t unknown_count;
};

static struct ct_type word_type = {.kind = CT_TYPE_BASE,
				   .encoding = CT_ENCODING_UNSIGNED,
				   .name = "unsigned long",
				   .size = 8};
static struct ct_type result_type = {.kind = CT_TYPE_BASE,
				     .encoding = CT_ENCODING_SIGNED,
				     .name = "long",
				     .size = 8};
static const struct ct_parameter unknown_parameters[CT_SYSCALL_ARGS] = {
    {"param0", &word_type}, {"param1", &word_type}, {"param2", &word_type},
    {"param3", &word_type}, {"param4", &word_type}, {"param5", &word_type},
};
static struct ct_type unknown_type = {.kind = CT_TYPE_FUNCTION,
				      .target = &result_type,
				      .part_count = CT_SYSCALL_ARGS,
				      .parameters = unknown_parameters};

void ct_syscalls_close(struct ct_syscalls *syscalls)
{
	if (!syscalls)
		return;
	ct_types_destroy(syscalls->types);
	ct_image_close(syscalls->image);
	ct_arena_deinit(&syscalls->arena);
	free(syscalls);
}

struct ct_error *ct_syscalls_open(const char *path,
				  const struct ct_limits *limits,
				  struct ct_syscalls **ret)
{
	struct ct_syscalls *syscalls = calloc(1, sizeof(*syscalls));
	if (!syscalls)
		return &ct_enomem;
	ct_arena_init(&syscalls->arena);
	syscalls->limits = *limits;
	syscalls->data_limit = limits->string;
	struct ct_error *err = ct_image_open(path, &syscalls->image);
	if (!err)
		err = ct_types_create(syscalls->image, &syscalls->types);
	if (err)
		ct_syscalls_close(syscalls);
	else
		*ret = syscalls;
	return err;
}

static struct ct_error *find_type(struct ct_syscalls *syscalls,
				  const char *prototype, struct ct_type **ret)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	const struct ct_function *function = NULL;
	struct ct_error *err = ct_image_symbols_named(
	    syscalls->image, prototype, &count, &symbols);
	if (!err && count)
		err = ct_types_function_at(syscalls->types, symbols[0]->addr,
					   &function);
	if (err)
		return err;
	if (!function)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "no prototype of the system call %s",
				       prototype);
	*ret = function->type;
	return NULL;
}

/* What the rules say, as a plan wants it. */
static void translate(const struct ct_syscall_parameter *parameters,
		      size_t count, struct ct_extent_rule *extents,
		      uint64_t *outputs)
{
	for (size_t i = 0; i < count; i++) {
		const struct ct_syscall_parameter *from = &parameters[i];
		extents[i] = (struct ct_extent_rule){
		    .kind = from->extent,
		    .by_result = from->by_result,
		    .length_is_pointer = from->length_is_pointer,
		    .length = from->length ? (uint16_t)(from->length - 1)
					   : CT_NO_PARAMETER,
		    .factor = CT_NO_PARAMETER,
		    .fixed = from->fixed,
		};
		if (from->direction == CT_DIRECTION_OUT)
			*outputs |= 1ull << i;
	}
}

/* What is filled in spite of a const, and what is read only, in spite of a
 * prototype without const: nothing of it is looked at again. */
static void set_directions(const struct ct_syscall_parameter *parameters,
			   struct ct_plan *plan)
{
	struct ct_plan_parameter *planned =
	    (void *)((char *)plan + plan->parameters);
	for (uint32_t i = 0; i < plan->parameter_count; i++) {
		if (parameters[i].scatter) {
			planned[i].scatter = parameters[i].scatter;
			planned[i].output = true;
			planned[i].each_offset = MESSAGE_LENGTH_AT;
		} else if (parameters[i].direction == CT_DIRECTION_IN) {
			planned[i].output = false;
		}
		planned[i].on_success =
		    parameters[i].direction == CT_DIRECTION_OUT;
		planned[i].if_positive = parameters[i].positive;
	}
}

static struct ct_error *plan_form(struct ct_syscalls *syscalls,
				  const struct ct_syscall_parameter *parameters,
				  struct ct_syscall_form *form)
{
	struct ct_extent_rule extents[CT_SYSCALL_ARGS];
	struct ct_plan_rules rules = {.extents = extents};
	struct ct_call_layout layout;
	struct ct_buffer plan = {0};
	size_t count;
	const struct ct_parameter *formals;
	struct ct_error *err = ct_type_parameters(form->type, &count, &formals);
	if (!err && count > CT_SYSCALL_ARGS)
		err =
		    ct_error_format(CT_ERROR_BAD_DATA, "%zu parameters", count);
	if (!err)
		err = ct_abi_layout(form->type, &syscalls->arena, &layout);
	if (err)
		return err;
	if (parameters)
		translate(parameters, count, extents, &rules.outputs);
	err = ct_plan_compile(form->type, &layout, parameters ? &rules : NULL,
			      &syscalls->limits, &plan);
	if (!err) {
		struct ct_plan *kept =
		    ct_arena_alloc(&syscalls->arena, plan.size);
		if (kept) {
			memcpy(kept, plan.data, plan.size);
			if (parameters)
				set_directions(parameters, kept);
			form->plan = kept;
		} else {
			err = &ct_enomem;
		}
	}
	ct_buffer_deinit(&plan);
	return err;
}

static const uint8_t result_meanings[] = {
    [CT_RESULT_NUMBER] = CT_MEANING_NONE,
    [CT_RESULT_FD] = CT_MEANING_FD,
    [CT_RESULT_SIZE] = CT_MEANING_SIZE,
    [CT_RESULT_ADDRESS] = CT_MEANING_ADDRESS,
    [CT_RESULT_PID] = CT_MEANING_PID,
    [CT_RESULT_OCTAL] = CT_MEANING_MODE,
    [CT_RESULT_NAMES] = CT_MEANING_NAMES,
    [CT_RESULT_NONE] = CT_MEANING_NONE,
};

/* What a variant of a call has of its own; variant NULL: none. */
static void add_meanings(const struct ct_syscall_parameter *parameters,
			 const struct ct_syscall_variant *variant,
			 struct ct_syscall_form *form)
{
	struct ct_signature *signature = form->signature;
	const char *names =
	    variant ? variant->result_names : form->call->result_names;
	signature->result.meaning =
	    result_meanings[variant ? variant->result : form->call->result];
	if (names)
		signature->result.names = ct_names_find(names);
	for (size_t i = 0; i < signature->count; i++) {
		struct ct_signature_part *part = &signature->parameters[i];
		part->meaning = parameters[i].meaning;
		if (parameters[i].names)
			part->names = ct_names_find(parameters[i].names);
	}
}

/* call NULL: the number is not known. */
static struct ct_error *make_form(struct ct_syscalls *syscalls,
				  const struct ct_syscall *call,
				  const struct ct_syscall_variant *variant,
				  struct ct_syscall_form *form)
{
	const char *prototype = variant ? variant->prototype
				: call  ? call->name
					: NULL;
	const struct ct_syscall_parameter *parameters =
	    variant ? variant->parameters
	    : call  ? call->parameters
		    : NULL;
	struct ct_error *err = NULL;
	form->type = &unknown_type;
	form->call = call;
	if (prototype)
		err = find_type(syscalls, prototype, &form->type);
	if (!err)
		err = plan_form(syscalls, parameters, form);
	if (!err)
		err = ct_signature_create_syscall(&syscalls->arena, form->name,
						  form->number, form->type,
						  form->plan, &form->signature);
	if (!err)
		form->signature->data_limit = &syscalls->data_limit;
	if (!err && parameters)
		add_meanings(parameters, variant, form);
	for (size_t i = 0; !err && !parameters && i < CT_SYSCALL_ARGS; i++)
		form->signature->parameters[i].meaning = CT_MEANING_WORD;
	return err ? ct_error_prefix(err, "%s", form->name) : NULL;
}

/* `<i386 write>`: its arguments are not those of write. */
static void name_i386(uint32_t number, char *name, size_t size)
{
	const char *known = number < ct_syscall_i386_count
				? ct_syscall_i386_names[number]
				: NULL;
	if (known)
		snprintf(name, size, "<i386 %s>", known);
	else
		snprintf(name, size, "<i386 %u>", number);
}

static struct ct_error *unknown_form(struct ct_syscalls *syscalls,
				     uint64_t wide,
				     const struct ct_syscall_form **ret)
{
	bool is_i386 = wide >> 32 == CT_SYSCALL_I386 >> 32;
	uint32_t number = (uint32_t)wide | (is_i386 ? I386_BIT : 0);
	for (size_t i = 0; i < syscalls->unknown_count; i++) {
		if (syscalls->unknown[i]->number != number)
			continue;
		*ret = syscalls->unknown[i];
		return NULL;
	}
	size_t at = syscalls->unknown_count;
	if (at == UNKNOWN_MAX) {
		*ret = syscalls->unknown[at - 1];
		return NULL;
	}
	/* The last stands for all that come. */
	char name[64] = "<?>";
	if (at < UNKNOWN_MAX - 1 && is_i386)
		name_i386((uint32_t)wide, name, sizeof(name));
	else if (at < UNKNOWN_MAX - 1)
		snprintf(name, sizeof(name), "<%u>", number);
	struct ct_syscall_form *form =
	    ct_arena_alloc(&syscalls->arena, sizeof(*form));
	if (!form)
		return &ct_enomem;
	form->number = number;
	form->name = ct_arena_strdup(&syscalls->arena, name);
	if (!form->name)
		return &ct_enomem;
	struct ct_error *err = make_form(syscalls, NULL, NULL, form);
	if (err)
		return err;
	syscalls->unknown[syscalls->unknown_count++] = form;
	*ret = form;
	return NULL;
}

/* 1 + the variant that these arguments mean, or 0. */
static size_t choose(const struct ct_syscall *call,
		     const uint64_t args[CT_SYSCALL_ARGS])
{
	for (size_t i = 0; i < call->variant_count; i++) {
		const struct ct_syscall_variant *variant = &call->variants[i];
		const uint32_t *wanted = variant->masks_and_values;
		if ((args[variant->controls[0]] & wanted[0]) == wanted[1] &&
		    (args[variant->controls[1]] & wanted[2]) == wanted[3])
			return i + 1;
	}
	return 0;
}

static struct ct_error *get_form(struct ct_syscalls *syscalls,
				 const struct ct_syscall *call, size_t index,
				 const struct ct_syscall_form **ret)
{
	struct forms *forms = &syscalls->known[call->number];
	if (!forms->forms)
		forms->forms = ct_arena_alloc_array(&syscalls->arena,
						    call->variant_count + 1,
						    sizeof(*forms->forms));
	if (!forms->forms)
		return &ct_enomem;
	if (!forms->forms[index]) {
		const struct ct_syscall_variant *variant =
		    index ? &call->variants[index - 1] : NULL;
		struct ct_syscall_form *form =
		    ct_arena_alloc(&syscalls->arena, sizeof(*form));
		if (!form)
			return &ct_enomem;
		form->number = call->number;
		form->name = call->name;
		struct ct_error *err = make_form(syscalls, call, variant, form);
		if (err)
			return err;
		forms->forms[index] = form;
	}
	*ret = forms->forms[index];
	return NULL;
}

struct ct_error *ct_syscalls_form(struct ct_syscalls *syscalls, uint64_t number,
				  const uint64_t args[CT_SYSCALL_ARGS],
				  const struct ct_syscall_form **ret)
{
	const struct ct_syscall *call = ct_syscall_by_number(number);
	if (!call || call->number >= CT_SYSCALL_NUMBERS)
		return unknown_form(syscalls, number, ret);
	return get_form(syscalls, call, choose(call, args), ret);
}

const struct ct_syscall_form *ct_syscalls_find(
    struct ct_syscalls *syscalls, uint64_t number,
    const uint64_t args[CT_SYSCALL_ARGS])
{
	const struct ct_syscall *call = ct_syscall_by_number(number);
	const struct ct_syscall_form *form = NULL;
	if (!call || call->number >= CT_SYSCALL_NUMBERS) {
		ct_error_destroy(unknown_form(syscalls, number, &form));
		return form;
	}
	const struct forms *forms = &syscalls->known[call->number];
	return forms->forms ? forms->forms[choose(call, args)] : NULL;
}

/* Plans are in our arena, and were not const when they were made. */
static void limit_form(struct ct_syscalls *syscalls,
		       const struct ct_syscall_form *form)
{
	if (form)
		((struct ct_plan *)(uintptr_t)form->plan)->limits.string =
		    syscalls->limits.string;
}

void ct_syscalls_limit_data(struct ct_syscalls *syscalls, uint32_t string)
{
	uint32_t least = ct_syscall_limits.string;
	syscalls->data_limit = string;
	syscalls->limits.string = string > least ? string : least;
	for (size_t i = 0; i < ct_syscall_row_count; i++) {
		const struct ct_syscall *call = &ct_syscall_rows[i];
		if (call->number >= CT_SYSCALL_NUMBERS)
			continue;
		struct forms *forms = &syscalls->known[call->number];
		for (size_t v = 0; forms->forms && v <= call->variant_count;
		     v++)
			limit_form(syscalls, forms->forms[v]);
	}
}

struct ct_error *ct_syscalls_each_form(
    struct ct_syscalls *syscalls, uint64_t number,
    void (*each)(void *arg, const struct ct_syscall_form *form), void *arg)
{
	const struct ct_syscall *call = ct_syscall_by_number(number);
	if (!call || call->number >= CT_SYSCALL_NUMBERS)
		return NULL;
	for (size_t i = 0; i <= call->variant_count; i++) {
		const struct ct_syscall_form *form;
		struct ct_error *err = get_form(syscalls, call, i, &form);
		if (err)
			return err;
		each(arg, form);
	}
	return NULL;
}

/* The kernel takes its fourth argument in r10, functions theirs in rcx; the
 * plan was made for functions. */
static void set_arguments(const uint64_t args[CT_SYSCALL_ARGS],
			  struct ct_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	for (size_t i = 0; i < CT_SYSCALL_ARGS; i++)
		regs->gpr[ct_abi_argument_gpr[i]] = args[i];
	regs->filled = CT_REGS_GENERAL;
}

void ct_syscall_capture_entry(const struct ct_syscall_form *form,
			      const uint64_t args[CT_SYSCALL_ARGS],
			      const struct ct_memory *memory, size_t capacity,
			      struct ct_record *record)
{
	struct ct_regs regs;
	set_arguments(args, &regs);
	ct_capture_entry(form->plan, &regs, memory, capacity, record);
	/* An int's upper half is in no argument, and somebody may ask. */
	ct_record_add_note(record, capacity, CT_NOTE_REGISTERS, args,
			   CT_SYSCALL_ARGS * sizeof(*args));
}

void ct_syscall_capture_exit(const struct ct_syscall_form *form, int64_t result,
			     const struct ct_memory *memory, size_t capacity,
			     struct ct_record *record)
{
	static const uint64_t none[CT_SYSCALL_ARGS];
	struct ct_regs regs;
	set_arguments(none, &regs);
	regs.gpr[CT_REG_RAX] = (uint64_t)result;
	int error = ct_syscall_error(result);
	if (error) {
		record->flags |= CT_RECORD_HAS_ERRNO;
		record->errno_value = error;
	}
	ct_capture_exit(form->plan, &regs, memory, capacity, record);
}

static void note_descriptor(const struct ct_syscall_descriptors *descriptors,
			    int fd, unsigned int index, size_t capacity,
			    struct ct_record *record)
{
	char path[4096];
	if (fd < 0 && fd != AT_FDCWD)
		return;
	size_t size =
	    descriptors->name(descriptors->arg, fd, path, sizeof(path));
	if (size <= sizeof(path))
		ct_record_add_note(record, capacity, index, path, size);
}

/* Whether the path behind a directory says the whole way by itself: the kernel
 * does not look at the directory then. */
static bool is_passed_over(const struct ct_signature *signature,
			   const uint64_t args[CT_SYSCALL_ARGS], unsigned int i,
			   const struct ct_record *record)
{
	char first;
	struct ct_memory memory = ct_record_entry_memory(record);
	return (int)args[i] == AT_FDCWD && i + 1 < signature->count &&
	       signature->parameters[i + 1].meaning == CT_MEANING_PATH &&
	       memory.read(memory.arg, args[i + 1], &first, 1) == 1 &&
	       first == '/';
}

void ct_syscall_note_descriptors(
    const struct ct_syscall_form *form, const uint64_t args[CT_SYSCALL_ARGS],
    const struct ct_syscall_descriptors *descriptors, size_t capacity,
    struct ct_record *record)
{
	const struct ct_signature *signature = form->signature;
	if (record->flags & CT_RECORD_HAS_RESULT) {
		int64_t result;
		memcpy(&result, ct_record_result(record), sizeof(result));
		if (signature->result.meaning == CT_MEANING_FD)
			note_descriptor(descriptors,
					result < 0 ? -1 : (int)result,
					CT_NOTE_RESULT, capacity, record);
		return;
	}
	for (unsigned int i = 0; i < signature->count; i++) {
		uint8_t meaning = signature->parameters[i].meaning;
		if (meaning == CT_MEANING_FD ||
		    (meaning == CT_MEANING_DIRFD &&
		     !is_passed_over(signature, args, i, record)))
			note_descriptor(descriptors, (int)args[i], i, capacity,
					record);
	}
}
