/* SPDX-License-Identifier: MIT */
/*
 * A static program's own calls: they go to libc's functions directly, and so
 * do libc's.  So the program's own code is read, and where it calls one of the
 * functions or takes its address, the displacement is changed to lead to the
 * wrapper: what a linker's --wrap would have done.  Only displacements and
 * constants are written, never an opcode, so that breakpoints of the user's
 * may stand there.
 *
 * Left are addresses in data, of which nobody can tell whose they are.  A
 * function that has one is stopped at: by its return address, a call of the
 * program's own is sent to the wrapper.
 */
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "process/insn.h"
#include "session/kit.h"

enum {
	/* More is no function that a compiler has made. */
	FUNCTION_SIZE_MAX = 1 << 24,
	/* Of all data that is looked through; a damaged file's overlaps. */
	DATA_SIZE_MAX = 1 << 28,
};

/* How the program reaches a function, by file addresses. */
struct target {
	uint64_t addr; /* the function; or the slot of an IFUNC */
	struct ct_kit_function *function;
};

struct scan {
	struct ct_session *session;
	struct ct_kit *kit;
	struct ct_module *main;
	struct target *targets; /* by address */
	size_t target_count;
};

static int compare_targets(const void *left, const void *right)
{
	const struct target *a = left, *b = right;
	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	return (a->function->index > b->function->index) -
	       (a->function->index < b->function->index);
}

/* The first of several names of one piece of code. */
static struct ct_kit_function *find_target(const struct scan *scan,
					   uint64_t addr)
{
	size_t low = 0, high = scan->target_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (scan->targets[middle].addr < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < scan->target_count && scan->targets[low].addr == addr
		   ? scan->targets[low].function
		   : NULL;
}

/* ---- whose code it is */

static bool begins(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* The source file of a function; NULL without debug information. */
static const char *unit_of(struct ct_module *main, uint64_t addr)
{
	const struct ct_function *function = NULL;
	ct_error_destroy(ct_types_function_at(main->types, addr, &function));
	return function ? function->unit : NULL;
}

static bool is_kit_unit(const char *unit)
{
	return unit && strstr(unit, "libcore/kit/");
}

static bool is_code(const struct ct_symbol *symbol)
{
	return symbol->is_defined && symbol->size &&
	       symbol->size <= FUNCTION_SIZE_MAX &&
	       symbol->kind == CT_SYMBOL_FUNCTION;
}

/* What archives that a C test is linked with begin with, or one of their
 * first objects: the kit, CUnit, glibc, musl. */
static bool is_of_archive(struct ct_module *main,
			  const struct ct_symbol *symbol)
{
	static const char *const starts[] = {"ctester_",  "__real_",
					     "CU_",       "__libc_",
					     "call_fini", "libc_start_main"};
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (begins(symbol->name, starts[i]))
			return true;
	return is_kit_unit(unit_of(main, symbol->addr));
}

/*
 * Where code without debug information is the program's own: linkers put it
 * behind the start-up code (frame_dummy is the end of that) and before the
 * archives.
 */
static struct ct_kit_range find_own_range(struct ct_module *main,
					  const struct ct_symbol *const *all,
					  size_t count)
{
	struct ct_kit_range range = {UINT64_MAX, UINT64_MAX};
	for (size_t i = 0; i < count; i++) {
		const struct ct_symbol *symbol = all[i];
		if (!strcmp(symbol->name, "frame_dummy"))
			range.start = symbol->addr + symbol->size;
	}
	for (size_t i = 0; i < count; i++)
		if (is_code(all[i]) && all[i]->addr >= range.start &&
		    all[i]->addr < range.end && is_of_archive(main, all[i]))
			range.end = all[i]->addr;
	return range;
}

static bool is_own(struct ct_module *main, const struct ct_symbol *symbol,
		   struct ct_kit_range range)
{
	const char *unit = unit_of(main, symbol->addr);
	if (unit)
		return !is_kit_unit(unit);
	return !strcmp(symbol->name, "main") ||
	       (symbol->addr >= range.start && symbol->addr < range.end &&
		!begins(symbol->name, "_"));
}

static int compare_ranges(const void *left, const void *right)
{
	const struct ct_kit_range *a = left, *b = right;
	return (a->start > b->start) - (a->start < b->start);
}

static struct ct_error *find_own_code(struct scan *scan)
{
	size_t count;
	struct ct_kit *kit = scan->kit;
	const struct ct_symbol *const *all;
	struct ct_error *err =
	    ct_image_symbols(scan->main->image, &count, &all);
	if (err)
		return err;
	kit->own = calloc(count + 1, sizeof(*kit->own));
	if (!kit->own)
		return &ct_enomem;
	struct ct_kit_range range = find_own_range(scan->main, all, count);
	for (size_t i = 0; i < count; i++)
		if (is_code(all[i]) && is_own(scan->main, all[i], range))
			kit->own[kit->own_count++] = (struct ct_kit_range){
			    all[i]->addr, all[i]->addr + all[i]->size};
	qsort(kit->own, kit->own_count, sizeof(*kit->own), compare_ranges);
	return NULL;
}

bool ct_kit_is_own_code(const struct ct_kit *kit, uint64_t addr)
{
	size_t low = 0, high = kit->own_count;
	addr -= kit->module ? kit->module->bias : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (kit->own[middle].start <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	/* A call that does not return may be a function's last instruction. */
	return low && addr <= kit->own[low - 1].end;
}

/* ---- what is looked for */

static struct ct_error *add_target(struct scan *scan, uint64_t addr,
				   struct ct_kit_function *function)
{
	struct target *bigger = reallocarray(
	    scan->targets, scan->target_count + 1, sizeof(*bigger));
	if (!bigger)
		return &ct_enomem;
	scan->targets = bigger;
	bigger[scan->target_count++] = (struct target){addr, function};
	return NULL;
}

/* Whether the kit's own table of the real functions is in a piece of memory. */
static bool holds_real(const struct ct_kit *kit, uint64_t addr, uint64_t size)
{
	for (size_t i = 0; i < kit->count; i++)
		if (kit->functions[i].real_at - addr < size)
			return true;
	return false;
}

/* An IFUNC is called through words that its resolver has filled in; other
 * functions may resolve to the same code. */
static struct ct_error *add_ifunc(struct scan *scan, uint64_t resolver,
				  struct ct_kit_function *function)
{
	size_t count;
	const struct ct_slot *slots;
	struct ct_error *err =
	    ct_image_slots(scan->main->image, &count, &slots);
	for (size_t i = 0; !err && i < count; i++)
		if (slots[i].kind == CT_SLOT_IRELATIVE &&
		    (uint64_t)slots[i].addend == resolver &&
		    !holds_real(scan->kit, slots[i].addr + scan->main->bias,
				sizeof(uint64_t)))
			err = add_target(scan, slots[i].addr, function);
	return err;
}

static struct ct_error *find_function(struct scan *scan, pid_t tid,
				      struct ct_kit_function *function)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err = ct_image_symbols_named(
	    scan->main->image, function->name, &count, &symbols);
	if (err || !count || !symbols[0]->is_defined ||
	    symbols[0]->kind == CT_SYMBOL_OBJECT)
		return err;
	uint64_t addr = symbols[0]->addr;
	function->real = addr + scan->main->bias;
	/* The user's own of that name is no function of libc's. */
	if (symbols[0]->kind == CT_SYMBOL_IFUNC) {
		err = ct_session_resolve_ifunc(scan->session, tid,
					       function->real, &function->real);
		if (!err)
			err = add_ifunc(scan, addr, function);
	} else {
		err = add_target(scan, addr, function);
	}
	return err ? err
		   : ct_process_write_slot(scan->session->now->pid,
					   function->real_at, function->real);
}

/* Of functions with the same code, the one that the source line names. */
static struct ct_kit_function *choose(const struct scan *scan,
				      struct ct_kit_function *first,
				      uint64_t code)
{
	CT_AUTO_FREE char *line = NULL;
	struct ct_kit_function *chosen = NULL;
	for (size_t i = 0; first && i < scan->kit->count; i++) {
		struct ct_kit_function *other = &scan->kit->functions[i];
		if (other->real != first->real ||
		    other->monitored == first->monitored)
			continue;
		if (!line)
			line = ct_kit_read_line(scan->main->image, code);
		if (line && ct_kit_line_has(line, other->name))
			chosen = other;
	}
	return chosen && !ct_kit_line_has(line, first->name) ? chosen : first;
}

/* ---- reading the program's own code */

static struct ct_error *write_displacement(const struct scan *scan, uint64_t at,
					   uint64_t from, uint64_t to)
{
	int64_t distance = (int64_t)(to - (from + scan->main->bias));
	int32_t displacement = (int32_t)distance;
	if (displacement != distance)
		return NULL;
	return ct_process_write(scan->session->now->pid, at + scan->main->bias,
				&displacement, sizeof(displacement));
}

/* A stub that jumps through an IFUNC's word: `jmp *slot`, behind endbr64 and
 * bnd. */
static struct ct_kit_function *find_stub(const struct scan *scan, uint64_t addr)
{
	uint8_t code[16];
	size_t size =
	    ct_image_read_code(scan->main->image, addr, code, sizeof(code));
	size_t at = size >= 4 && !memcmp(code, "\xf3\x0f\x1e\xfa", 4) ? 4 : 0;
	at += at < size && code[at] == 0xf2;
	int32_t displacement;
	if (at + 6 > size || code[at] != 0xff || code[at + 1] != 0x25)
		return NULL;
	memcpy(&displacement, code + at + 2, sizeof(displacement));
	return find_target(scan,
			   addr + at + 6 + (uint64_t)(int64_t)displacement);
}

static struct ct_kit_function *find_callee(const struct scan *scan,
					   uint64_t addr)
{
	struct ct_kit_function *function = find_target(scan, addr);
	return function ? function : find_stub(scan, addr);
}

/* A word of the program's that holds the function's address. */
static struct ct_kit_function *find_word(const struct scan *scan, uint64_t addr)
{
	uint64_t held;
	struct ct_kit_function *function = find_target(scan, addr);
	if (function)
		return function;
	if (ct_process_read(scan->session->now->pid, addr + scan->main->bias,
			    &held, sizeof(held)) < sizeof(held))
		return NULL;
	return find_callee(scan, held - scan->main->bias);
}

/* `lea function`; `mov word`, `call *word` and `jmp *word`. */
static struct ct_error *redirect_operand(const struct scan *scan, uint64_t addr,
					 const uint8_t *code,
					 const struct ct_insn *insn)
{
	if (insn->disp_at < 2)
		return NULL;
	uint8_t opcode = code[insn->disp_at - 2];
	unsigned reg = code[insn->disp_at - 1] >> 3 & 7;
	uint64_t end = addr + insn->size;
	uint64_t operand = end + (uint64_t)(int64_t)insn->displacement;
	struct ct_kit_function *function = NULL;
	bool is_word =
	    opcode == 0x8b || (opcode == 0xff && (reg == 2 || reg == 4));
	if (opcode == 0x8d)
		function = find_callee(scan, operand);
	else if (is_word)
		function = find_word(scan, operand);
	function = choose(scan, function, addr);
	if (!function)
		return NULL;
	function->has_call = true;
	return write_displacement(scan, addr + insn->disp_at, end,
				  is_word ? function->wrapper_at
					  : function->wrapper);
}

/* `mov $function` into a register or memory, `push $function`: only where
 * addresses have 32 bits. */
static struct ct_error *redirect_constant(const struct scan *scan,
					  uint64_t addr, const uint8_t *code,
					  const struct ct_insn *insn)
{
	uint32_t value;
	size_t at = (code[0] & 0xf0) == 0x40;
	bool has =
	    (code[at] & 0xf8) == 0xb8 || code[at] == 0xc7 || code[at] == 0x68;
	if (scan->main->bias || !has || insn->size < at + 5)
		return NULL;
	memcpy(&value, code + insn->size - sizeof(value), sizeof(value));
	struct ct_kit_function *function =
	    choose(scan, find_callee(scan, value), addr);
	uint32_t wrapper = function ? (uint32_t)function->wrapper : 0;
	if (!function || wrapper != function->wrapper)
		return NULL;
	function->has_call = true;
	return ct_process_write(scan->session->now->pid,
				addr + insn->size - sizeof(wrapper), &wrapper,
				sizeof(wrapper));
}

static struct ct_error *redirect(const struct scan *scan, uint64_t addr,
				 const uint8_t *code,
				 const struct ct_insn *insn)
{
	struct ct_kit_function *function;
	uint64_t end = addr + insn->size;
	switch (insn->kind) {
	case CT_INSN_CALL:
	case CT_INSN_JUMP:
	case CT_INSN_BRANCH:
		if (insn->size < 5)
			return NULL;
		function = choose(
		    scan,
		    find_callee(scan,
				end + (uint64_t)(int64_t)insn->displacement),
		    addr);
		if (!function)
			return NULL;
		function->has_call = true;
		return write_displacement(scan, end - 4, end,
					  function->wrapper);
	case CT_INSN_PLAIN:
		return redirect_constant(scan, addr, code, insn);
	case CT_INSN_RIP_RELATIVE:
	case CT_INSN_CALL_AT:
		return redirect_operand(scan, addr, code, insn);
	default:
		return NULL;
	}
}

/* What cannot be decoded is passed over byte by byte: that one of the next
 * five bytes is then taken for a call, and of one of these functions, cannot
 * well be. */
static struct ct_error *scan_code(const struct scan *scan,
				  struct ct_kit_range range)
{
	size_t size = range.end - range.start;
	CT_AUTO_FREE uint8_t *code = malloc(size);
	struct ct_error *err = NULL;
	if (!code)
		return &ct_enomem;
	size = ct_image_read_code(scan->main->image, range.start, code, size);
	for (size_t at = 0; !err && at < size;) {
		struct ct_insn insn = ct_insn_decode(code + at, size - at);
		if (insn.kind == CT_INSN_UNKNOWN) {
			at++;
			continue;
		}
		err = redirect(scan, range.start + at, code + at, &insn);
		at += insn.size;
	}
	return err;
}

/* ---- addresses in data */

static struct ct_error *scan_object(const struct scan *scan,
				    const struct ct_symbol *symbol)
{
	struct ct_error *err = NULL;
	pid_t pid = scan->session->now->pid;
	uint64_t bias = scan->main->bias;
	CT_AUTO_FREE uint64_t *words = malloc(symbol->size);
	if (!words)
		return &ct_enomem;
	size_t size =
	    ct_process_read(pid, symbol->addr + bias, words, symbol->size);
	for (size_t i = 0; !err && i < size / sizeof(*words); i++) {
		struct ct_kit_function *function;
		uint64_t at = symbol->addr + i * sizeof(*words);
		/* An IFUNC's word in a variable is its own. */
		function = find_target(scan, at);
		if (function) {
			err = ct_process_write_slot(pid, at + bias,
						    function->wrapper);
		} else if (words[i] > bias) {
			function = find_callee(scan, words[i] - bias);
			if (function)
				function->stops = true;
		}
		if (function)
			function->has_call = true;
	}
	return err;
}

static bool is_words(const struct ct_symbol *symbol)
{
	return symbol->is_defined && symbol->kind == CT_SYMBOL_OBJECT &&
	       symbol->size >= sizeof(uint64_t) &&
	       symbol->size <= FUNCTION_SIZE_MAX &&
	       !(symbol->addr % sizeof(uint64_t));
}

static struct ct_error *scan_data(const struct scan *scan)
{
	size_t count;
	const struct ct_symbol *const *all;
	struct ct_error *err =
	    ct_image_symbols(scan->main->image, &count, &all);
	size_t left = DATA_SIZE_MAX;
	for (size_t i = 0; !err && i < count; i++) {
		if (!is_words(all[i]) || all[i]->size > left ||
		    holds_real(scan->kit, all[i]->addr + scan->main->bias,
			       all[i]->size))
			continue;
		left -= all[i]->size;
		err = scan_object(scan, all[i]);
	}
	return err;
}

struct ct_error *ct_kit_point_calls(struct ct_session *session, pid_t tid,
				    struct ct_kit *kit)
{
	struct scan scan = {.session = session,
			    .kit = kit,
			    .main = ct_program_module(session->program, 0)};
	struct ct_error *err = find_own_code(&scan);
	for (size_t i = 0; !err && i < kit->count; i++)
		err = find_function(&scan, tid, &kit->functions[i]);
	if (!err && scan.target_count)
		qsort(scan.targets, scan.target_count, sizeof(*scan.targets),
		      compare_targets);
	uint64_t done = 0;
	for (size_t i = 0; !err && i < kit->own_count; i++) {
		struct ct_kit_range range = kit->own[i];
		/* Code may have several names, and a damaged file's overlap. */
		if (range.start < done)
			range.start = done;
		if (range.start >= range.end)
			continue;
		err = scan_code(&scan, range);
		done = range.end;
	}
	if (!err)
		err = scan_data(&scan);
	free(scan.targets);
	return err;
}
