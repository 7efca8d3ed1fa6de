/* SPDX-License-Identifier: MIT */
/*
 * A declaration becomes a definition when its `;` becomes a body.  That keeps
 * the parameter names, which a compiler does not write down for functions
 * that are only declared.  Which of the statements declare functions is asked
 * of the compiler; this file only finds where they end.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/buffer.h"
#include "program/header_names.h"

struct declared_name {
	UT_hash_handle hh;
	bool defined;
	char name[];
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The declared name in a line of -aux-info: the first word that is followed
 * by " (" and then anything but a `*`. */
static size_t find_name(const char *line, const char *end, const char **ret)
{
	for (const char *at = line; at < end;) {
		if (!is_word(*at)) {
			at++;
			continue;
		}
		const char *start = at;
		while (at < end && is_word(*at))
			at++;
		if (at + 2 < end && !strncmp(at, " (", 2) && at[2] != '*') {
			*ret = start;
			return (size_t)(at - start);
		}
	}
	return 0;
}

static bool add_name(struct declared_name **names, const char *name,
		     size_t length)
{
	struct declared_name *entry;
	HASH_FIND(hh, *names, name, length, entry);
	if (entry)
		return true;
	entry = calloc(1, sizeof(*entry) + length + 1);
	if (!entry)
		return false;
	memcpy(entry->name, name, length);
	HASH_ADD_KEYPTR(hh, *names, entry->name, length, entry);
	return true;
}

/* Lines look like: / * FILE:LINE:NC * / extern int open (const char *, ...); */
static bool read_names(const char *declared, struct declared_name **names)
{
	static const char system_prefix[] = "/* /usr/";
	for (const char *line = declared; *line;) {
		const char *end = strchr(line, '\n');
		end = end ? end : line + strlen(line);
		const char *code = strstr(line, " */ ");
		const char *name;
		size_t length = 0;
		/* NC, OC: declared with and without a prototype. */
		if (code && code < end && code[-1] == 'C' &&
		    strncmp(line, system_prefix, sizeof(system_prefix) - 1))
			length = find_name(code + 4, end, &name);
		if (length && !add_name(names, name, length))
			return false;
		line = *end ? end + 1 : end;
	}
	return true;
}

/* The function that a statement declares, if it is one of the names. */
static struct declared_name *declares(struct declared_name *names,
				      const char *start, const char *end)
{
	for (const char *at = start; at < end;) {
		if (!is_word(*at)) {
			at++;
			continue;
		}
		const char *word = at;
		while (at < end && is_word(*at))
			at++;
		size_t length = (size_t)(at - word);
		if (length == 7 && !strncmp(word, "typedef", 7))
			return NULL;
		const char *next = at;
		while (next < end && isspace((unsigned char)*next))
			next++;
		struct declared_name *entry = NULL;
		if (next < end && (*next == '(' || *next == ')'))
			HASH_FIND(hh, names, word, length, entry);
		if (entry)
			return entry;
	}
	return NULL;
}

static void define(struct ct_buffer *out, struct declared_name *names,
		   const char *start, const char *end, size_t *count)
{
	struct declared_name *entry = declares(names, start, end);
	if (!entry || entry->defined)
		return;
	entry->defined = true;
	++*count;
	ct_buffer_append(out, start, (size_t)(end - start));
	ct_buffer_puts(out, " { for (;;); }\n");
}

/* Past a string or character literal that starts at `at`. */
static const char *skip_literal(const char *at)
{
	char quote = *at++;
	while (*at && *at != quote)
		at += *at == '\\' && at[1] ? 2 : 1;
	return *at ? at + 1 : at;
}

static void define_all(struct ct_buffer *out, struct declared_name *names,
		       const char *text, size_t *count)
{
	int depth = 0;
	bool is_body = false; /* the braces are a function's */
	char before = '\0';   /* the last character that is no space */
	const char *start = text;
	for (const char *at = text; *at;) {
		if (*at == '"' || *at == '\'') {
			at = skip_literal(at);
			continue;
		}
		if (*at == '{' && depth++ == 0)
			is_body = before == ')';
		else if (*at == '}' && --depth == 0 && is_body)
			start = at + 1;
		else if (*at == ';' && depth == 0) {
			define(out, names, start, at, count);
			start = at + 1;
		}
		if (!isspace((unsigned char)*at))
			before = *at;
		at++;
	}
}

char *ct_header_definitions(const char *declared, const char *text,
			    size_t *count)
{
	struct declared_name *names = NULL, *entry, *next;
	struct ct_buffer out = {0};
	*count = 0;
	bool complete = read_names(declared, &names);
	/* Attributes and assembler names may not follow a definition. */
	ct_buffer_puts(&out, "#define __attribute__(x)\n"
			     "#define __asm__(x)\n#define asm(x)\n");
	if (complete)
		define_all(&out, names, text, count);
	HASH_ITER (hh, names, entry, next) {
		HASH_DEL(names, entry);
		free(entry);
	}
	if (!complete) {
		ct_buffer_deinit(&out);
		return NULL;
	}
	return ct_buffer_take_string(&out);
}
