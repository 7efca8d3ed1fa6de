/* SPDX-License-Identifier: MIT */
/*
 * Monitored functions: which they are, how they fail, and what is told of
 * those whose calls cannot be seen.
 *
 * A monitor has a name before it has a function: its mask lies in the region
 * from the start, and what depends on types is made when the function is
 * found, or found anew in another file.
 */
#define _GNU_SOURCE
#include <string.h>

#include "base/cleanup.h"
#include "decide/mask.h"
#include "image/image.h"
#include "session/internal.h"

static struct ct_error *region_is_full(void)
{
	return ct_error_format(CT_ERROR_NO_MEMORY, "the shared region is full");
}

struct ct_mock_entry *ct_session_mock_entry(struct ct_session *session,
					    const struct ct_mock *mock)
{
	struct ct_monitor *monitor = session->monitors;
	if (!(mock->flags & CT_MOCK_FAILS))
		return &session->mocks[mock->entry];
	while (monitor->index != mock->entry)
		monitor = monitor->next;
	return &monitor->failure;
}

static struct ct_target *counting_target(struct ct_session *session,
					 const struct ct_watch *watch)
{
	return watch->target->owner
		   ? ct_region_at(session->region, watch->target->owner)
		   : watch->target;
}

/* The bytes of the result, which is nothing special: zeros. */
static struct ct_error *parse_value(const struct ct_watch *watch,
				    const char *value, struct ct_literal *ret)
{
	if (value)
		return ct_watch_parse_result(watch, value, ret);
	struct ct_literal literal = {0};
	literal.size = watch->plan->result_size;
	literal.bytes = calloc(1, literal.size + 1);
	if (!literal.bytes)
		return &ct_enomem;
	*ret = literal;
	return NULL;
}

static struct ct_error *fill_mock(struct ct_session *session,
				  struct ct_watch *watch,
				  const struct ct_monitor *monitor,
				  struct ct_mock *mock)
{
	const struct ct_mock_options *options = &monitor->failure.options;
	mock->entry = monitor->index;
	mock->thread = monitor->thread;
	mock->errno_value = options->errno_value;
	mock->flags |= options->set_errno ? CT_MOCK_HAS_ERRNO : 0;
	ct_session_note_name(session, options->caller);
	mock->caller = ct_region_strdup(session->region, options->caller);
	if (options->caller && !mock->caller)
		return region_is_full();
	return options->filter
		   ? ct_watch_compile_filter(session, watch, options->filter,
					     false, &mock->filter)
		   : NULL;
}

/* Make the answer of failing calls by the function's types. */
static struct ct_error *make_failure(struct ct_session *session,
				     struct ct_watch *watch,
				     struct ct_monitor *monitor)
{
	struct ct_mock_entry *entry = &monitor->failure;
	struct ct_literal literal = {0};
	struct ct_error *err = ct_watch_check_mockable(watch);
	if (!err)
		err = parse_value(watch, entry->value, &literal);
	if (err)
		return ct_error_prefix(err, "%s", watch->function);
	struct ct_mock *mock = ct_target_create_failure(
	    session->region, literal.bytes, (uint32_t)literal.size);
	err =
	    mock ? fill_mock(session, watch, monitor, mock) : region_is_full();
	if (err) {
		ct_literal_deinit(&literal);
		return err;
	}
	ct_literal_deinit(&entry->literal);
	entry->literal = literal;
	entry->mock = mock;
	entry->watch = watch;
	entry->placed_in = 0;
	return NULL;
}

/* Let the target know of the mask; without a mask, of nothing. */
static struct ct_error *apply_failing(struct ct_session *session,
				      struct ct_monitor *monitor)
{
	struct ct_watch *watch = monitor->watch;
	struct ct_error *err = NULL;
	if (!watch || !monitor->mask)
		return NULL;
	if (!monitor->failure.mock)
		err = make_failure(session, watch, monitor);
	if (err)
		return err;
	ct_target_set_failing(
	    counting_target(session, watch),
	    (struct ct_failing){
		.mask = monitor->mask,
		.mock = ct_region_ref(session->region, monitor->failure.mock)});
	return NULL;
}

static void set_state(struct ct_session *session, struct ct_monitor *monitor,
		      enum ct_monitor_state state)
{
	monitor->state = state;
	for (size_t i = 0; i < session->watch_count; i++)
		if (session->watches[i]->monitor == monitor)
			ct_watch_set_flags(session, session->watches[i]);
}

static void take_watches(struct ct_monitor *monitor, struct ct_watch **watches,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct ct_watch *watch = watches[i];
		watch->monitor = monitor;
		/* Who traces or mocks it sees more. */
		if (!watch->traced && !watch->mocked && !watch->ruled)
			watch->target->scope = watch->scope =
			    watch->of_main ? CT_SCOPE_BOUNDARY
					   : CT_SCOPE_PROGRAM;
	}
	monitor->watch = watches[0];
	monitor->found = true;
}

/* Look for the functions of a name; none while their file is not there. */
static struct ct_error *find_watches(struct ct_session *session,
				     const char *what, struct ct_watch ***ret,
				     size_t *count)
{
	CT_AUTO_FREE char *library = NULL;
	CT_AUTO_FREE char *function = NULL;
	bool pending;
	*ret = NULL;
	*count = 0;
	struct ct_error *err = ct_session_split(what, &library, &function);
	if (err)
		return err;
	if (strpbrk(function, "*?["))
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "'%s' is a pattern; name one function",
				       function);
	if (!ct_program_module(session->program, 0))
		return NULL;
	return ct_session_find_watches(session, library, function,
				       CT_SCOPE_PROGRAM, ret, count, &pending);
}

static struct ct_error *find_function(struct ct_session *session,
				      struct ct_monitor *monitor)
{
	CT_AUTO_FREE struct ct_watch **watches = NULL;
	size_t count;
	struct ct_error *err =
	    find_watches(session, monitor->what, &watches, &count);
	if (err || !count)
		return err;
	take_watches(monitor, watches, count);
	set_state(session, monitor, monitor->state);
	return apply_failing(session, monitor);
}

void ct_session_find_monitors(struct ct_session *session)
{
	for (struct ct_monitor *monitor = session->monitors; monitor;
	     monitor = monitor->next) {
		if (monitor->found)
			continue;
		struct ct_error *err = find_function(session, monitor);
		monitor->found |= err != NULL;
		ct_session_trouble(session, err);
	}
}

void ct_watch_lose_monitor(struct ct_session *session, struct ct_watch *watch)
{
	struct ct_monitor *monitor = watch->monitor;
	if (!monitor)
		return;
	watch->monitor = NULL;
	ct_target_set_failing(watch->target, (struct ct_failing){0});
	ct_watch_set_flags(session, watch);
	if (monitor->watch != watch)
		return;
	monitor->watch = NULL;
	monitor->found = false;
	monitor->failure.mock = NULL;
}

static struct ct_monitor *find_monitor(struct ct_session *session,
				       const char *what)
{
	struct ct_monitor *monitor = session->monitors;
	while (monitor && strcmp(monitor->what, what) != 0)
		monitor = monitor->next;
	return monitor;
}

/* FILE.c of FILE.c:FUNCTION, which tells two static functions apart. */
static struct ct_error *note_unit(struct ct_session *session,
				  struct ct_monitor *monitor)
{
	const char *colon = strrchr(monitor->what, ':');
	if (!colon || colon - monitor->what < 3 || strncmp(colon - 2, ".c", 2))
		return NULL;
	char *unit = ct_arena_strdup(&session->arena, monitor->what);
	if (!unit)
		return &ct_enomem;
	unit[colon - monitor->what] = '\0';
	monitor->unit = unit;
	return NULL;
}

static struct ct_error *add_monitor(struct ct_session *session,
				    const char *what, struct ct_monitor **ret)
{
	struct ct_monitor *monitor =
	    ct_arena_alloc(&session->arena, sizeof(*monitor));
	if (!monitor)
		return &ct_enomem;
	monitor->what = ct_arena_strdup(&session->arena, what);
	if (!monitor->what)
		return &ct_enomem;
	struct ct_error *err = note_unit(session, monitor);
	if (err)
		return err;
	monitor->next = session->monitors;
	monitor->index = monitor->next ? monitor->next->index + 1 : 0;
	session->monitors = *ret = monitor;
	return NULL;
}

/* The monitor of a name, new or known: one function has one, whatever it is
 * called. */
static struct ct_error *get_monitor(struct ct_session *session,
				    const char *what, struct ct_monitor **ret)
{
	CT_AUTO_FREE struct ct_watch **watches = NULL;
	size_t count;
	*ret = find_monitor(session, what);
	if (*ret)
		return NULL;
	struct ct_error *err = find_watches(session, what, &watches, &count);
	if (err)
		return err;
	if (count && watches[0]->monitor) {
		*ret = watches[0]->monitor;
		return NULL;
	}
	err = add_monitor(session, what, ret);
	if (!err && count)
		take_watches(*ret, watches, count);
	return err;
}

struct ct_error *ct_session_monitor(struct ct_session *session,
				    const char *what,
				    enum ct_monitor_state state)
{
	struct ct_monitor *monitor;
	struct ct_error *err = get_monitor(session, what, &monitor);
	if (err)
		return err;
	set_state(session, monitor, state);
	return NULL;
}

struct ct_error *ct_session_monitored(struct ct_session *session,
				      const char *what,
				      enum ct_monitor_state *ret)
{
	struct ct_monitor *monitor;
	struct ct_error *err = get_monitor(session, what, &monitor);
	if (!err)
		*ret = monitor->state;
	return err;
}

static const char *keep(struct ct_session *session, const char *text, bool *ok)
{
	const char *copy = text ? ct_arena_strdup(&session->arena, text) : NULL;
	*ok &= !text == !copy;
	return copy;
}

struct ct_error *ct_session_set_failure(
    struct ct_session *session, const char *what,
    const struct ct_failure_options *options)
{
	struct ct_monitor *monitor;
	bool ok = true;
	struct ct_error *err = get_monitor(session, what, &monitor);
	if (err)
		return err;
	struct ct_monitor before = *monitor;
	struct ct_mock_entry *entry = &monitor->failure;
	entry->value = keep(session, options->value, &ok);
	entry->options = (struct ct_mock_options){
	    .set_errno = options->set_errno,
	    .errno_value = options->errno_value,
	    .filter = keep(session, options->filter, &ok),
	    .caller = keep(session, options->caller, &ok),
	};
	monitor->thread = options->thread;
	if (!ok)
		err = &ct_enomem;
	else if (monitor->watch)
		err = make_failure(session, monitor->watch, monitor);
	if (err) {
		*monitor = before;
		return err;
	}
	return apply_failing(session, monitor);
}

struct ct_error *ct_session_fail(struct ct_session *session, const char *what,
				 const char *calls, bool keeps)
{
	struct ct_mask_text text = {0};
	struct ct_monitor *monitor;
	struct ct_error *err = get_monitor(session, what, &monitor);
	if (!err)
		err = ct_mask_parse(calls, &text);
	if (err)
		return err;
	text.flags |= keeps ? CT_MASK_KEEPS : 0;
	/* A thread of the program may be looking at it. */
	struct ct_target *target =
	    monitor->watch ? counting_target(session, monitor->watch) : NULL;
	if (target)
		ct_lock_acquire(&target->lock);
	ct_ref mask = ct_mask_place(session->region, monitor->mask, &text);
	if (target)
		ct_lock_release(&target->lock);
	ct_mask_text_deinit(&text);
	if (!mask)
		return region_is_full();
	monitor->mask = mask;
	return apply_failing(session, monitor);
}

struct ct_error *ct_session_failing(struct ct_session *session,
				    const char *what, char **ret)
{
	struct ct_monitor *monitor;
	struct ct_buffer out = {0};
	struct ct_error *err = get_monitor(session, what, &monitor);
	if (err)
		return err;
	const struct ct_mask *mask =
	    ct_region_at(session->region, monitor->mask);
	if (mask)
		ct_mask_write(mask, &out);
	else
		ct_buffer_puts(&out, "0x0");
	*ret = ct_buffer_take_string(&out);
	return *ret ? NULL : &ct_enomem;
}

static void put_type(struct ct_type *type, struct ct_buffer *out)
{
	ct_error_destroy(ct_type_spell(type, out));
	ct_buffer_putc(out, '\n');
}

struct ct_error *ct_session_prototype(struct ct_session *session,
				      const char *what, char **ret)
{
	struct ct_monitor *monitor;
	struct ct_buffer out = {0};
	struct ct_error *err = get_monitor(session, what, &monitor);
	if (err)
		return err;
	const struct ct_signature *signature =
	    monitor->watch ? monitor->watch->signature : NULL;
	if (signature)
		put_type(signature->result.type, &out);
	for (size_t i = 0; signature && i < signature->count; i++) {
		const char *name = signature->parameters[i].name;
		ct_buffer_printf(&out, "%s\t", name ? name : "");
		put_type(signature->parameters[i].type, &out);
	}
	*ret = ct_buffer_take_string(&out);
	return *ret ? NULL : &ct_enomem;
}

void ct_session_forget_monitors(struct ct_session *session)
{
	for (struct ct_monitor *monitor = session->monitors; monitor;
	     monitor = monitor->next)
		ct_mock_entry_deinit(&monitor->failure);
	session->monitors = NULL;
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		if (!watch->monitor)
			continue;
		watch->monitor = NULL;
		ct_target_set_failing(watch->target, (struct ct_failing){0});
		ct_watch_set_flags(session, watch);
	}
}

void ct_watch_warn(struct ct_session *session, const struct ct_watch *watch,
		   bool has_slot)
{
	struct ct_monitor *monitor = watch->monitor;
	struct ct_buffer *out = &session->warnings;
	if (!monitor || monitor->state == CT_MONITOR_OFF || monitor->warned ||
	    monitor->watch != watch || (has_slot && !watch->inlined))
		return;
	monitor->warned = true;
	if (!has_slot)
		ct_buffer_printf(out,
				 "%s: the program has no call of it: the "
				 "compiler has taken its calls away or put "
				 "its code in their place; compile with -O0 "
				 "-fno-builtin\n",
				 monitor->what);
	else
		ct_buffer_printf(out,
				 "%s: inlined at %zu place%s, where its calls "
				 "are not seen; compile with -fno-inline\n",
				 monitor->what, watch->inlined,
				 watch->inlined == 1 ? "" : "s");
}
