/* SPDX-License-Identifier: MIT */
/* Completion of names at a prompt. */
#include <string.h>

#include "session/internal.h"

enum {
	COMPLETIONS_MAX = 2000
};

static struct ct_error *complete_in(struct ct_module *module, bool own,
				    const char *word, struct ct_buffer *out,
				    size_t *shown)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	const char *last = NULL;
	struct ct_error *err =
	    ct_image_symbols(module->image, &count, &symbols);
	for (size_t i = 0; !err && i < count && *shown < COMPLETIONS_MAX; i++) {
		const struct ct_symbol *symbol = symbols[i];
		if (!symbol->is_defined || symbol->kind == CT_SYMBOL_OBJECT ||
		    (!own && !symbol->is_dynamic) ||
		    strncmp(symbol->name, word, strlen(word)) != 0 ||
		    strchr(symbol->name, '.') ||
		    (last && !strcmp(last, symbol->name)))
			continue;
		last = symbol->name;
		ct_buffer_puts(out, symbol->name);
		ct_buffer_putc(out, '\n');
		++*shown;
	}
	return err;
}

static struct ct_error *complete_function(struct ct_session *session,
					  const char *library, const char *word,
					  struct ct_buffer *out)
{
	struct ct_module *only = NULL, *module;
	size_t shown = 0;
	struct ct_error *err = NULL;
	if (library) {
		err = ct_program_find_module(session->program, library, &only);
		if (err || !only)
			return err;
	}
	for (size_t i = 0;
	     !err && (module = ct_program_module(session->program, i)); i++) {
		if (only ? module != only : module->is_loader)
			continue;
		/* A library's thousand names only for the letters typed. */
		if (!module->is_main && !only && !*word)
			continue;
		err = complete_in(module, module->is_main, word, out, &shown);
	}
	return err;
}

static void complete_library(struct ct_session *session, const char *word,
			     struct ct_buffer *out)
{
	struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++) {
		if (strncmp(module->name, word, strlen(word)) != 0)
			continue;
		ct_buffer_puts(out, module->name);
		ct_buffer_putc(out, '\n');
	}
}

static void complete_watched(struct ct_session *session, const char *word,
			     struct ct_buffer *out)
{
	for (size_t i = 0; i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		if (watch->target->owner ||
		    !(watch->target->flags & CT_TARGET_ACTIVE) ||
		    strncmp(watch->function, word, strlen(word)) != 0)
			continue;
		ct_buffer_puts(out, watch->function);
		ct_buffer_putc(out, '\n');
	}
}

struct ct_error *ct_session_complete(struct ct_session *session,
				     enum ct_completion what,
				     const char *library, const char *word,
				     char **ret)
{
	struct ct_buffer out = {0};
	struct ct_error *err = NULL;
	if (what == CT_COMPLETE_FUNCTION)
		err = complete_function(session, library, word, &out);
	else if (what == CT_COMPLETE_LIBRARY)
		complete_library(session, word, &out);
	else
		complete_watched(session, word, &out);
	char *text = ct_buffer_take_string(&out);
	if (!err && !text)
		err = &ct_enomem;
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}
