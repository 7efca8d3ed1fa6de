/* SPDX-License-Identifier: MIT */
/*
 * results.txt, one line a test:
 *	problem#SUCCESS|FAIL#description#weight#tag,tag#message#message
 *
 * The file is opened for each line, by its full path: a program under test may
 * close all descriptors, or change its directory.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CTester/CTester.h"
#include "kit/sandbox.h"

/* Of the reference: its tables have no more room. */
#define TAGS_MAX    20
#define TAG_SIZE    30
#define RESULT_FILE "results.txt"

struct message {
	struct message *next;
	char text[];
};

static char *problem, *description;
static unsigned int test_weight;
static char tags[TAGS_MAX][TAG_SIZE];
static unsigned int tag_count;
static struct message *messages, **messages_end = &messages;
static char path[PATH_MAX];

/* By their names, because nobody may have set REAL(malloc), and not counted. */
static void *allocate(size_t size)
{
	ctester_enter_again();
	void *block = malloc(size);
	ctester_leave();
	return block;
}

static void release(void *block)
{
	ctester_enter_again();
	free(block);
	ctester_leave();
}

static void complain(const char *what)
{
	fprintf(stderr, "ctester: %s: %s: %s\n", RESULT_FILE, what,
		strerror(errno));
}

static void set_text(char **to, const char *text)
{
	release(*to);
	*to = strdup(text ? text : "");
	if (!*to)
		complain("a text");
}

void set_test_metadata(const char *of_problem, const char *descr,
		       unsigned int weight)
{
	set_text(&problem, of_problem);
	set_text(&description, descr);
	test_weight = weight;
}

void push_info_msg(const char *msg)
{
	if (!msg)
		return;
	struct message *message = allocate(sizeof(*message) + strlen(msg) + 1);
	if (!message) {
		complain("a message");
		return;
	}
	message->next = NULL;
	strcpy(message->text, msg);
	*messages_end = message;
	messages_end = &message->next;
}

static bool is_tag(const char *tag)
{
	size_t length = strlen(tag);
	if (length == 0 || length >= TAG_SIZE)
		return false;
	for (; *tag; tag++)
		if (!isalnum((unsigned char)*tag) && *tag != '-' && *tag != '_')
			return false;
	return true;
}

void set_tag(const char *tag)
{
	if (!tag || !is_tag(tag) || tag_count == TAGS_MAX)
		return;
	strcpy(tags[tag_count++], tag);
}

/* What would end a field or a line in such a way that no reader sees one. */
static void put_field(FILE *out, const char *text)
{
	for (; text && *text; text++) {
		switch (*text) {
		case '#':
			fputs("\\x23", out);
			break;
		case '\n':
			fputs("\\n", out);
			break;
		case '\r':
			fputs("\\r", out);
			break;
		default:
			putc(*text, out);
		}
	}
}

static void put_line(FILE *out, bool success)
{
	put_field(out, problem);
	fputs(success ? "#SUCCESS#" : "#FAIL#", out);
	put_field(out, description);
	/* As the reference prints it, whatever it is. */
	fprintf(out, "#%d#", (int)test_weight);
	for (unsigned int i = 0; i < tag_count; i++)
		fprintf(out, "%s%s", i ? "," : "", tags[i]);
	for (const struct message *m = messages; m; m = m->next) {
		putc('#', out);
		put_field(out, m->text);
	}
	putc('\n', out);
}

bool ctester_results_begin(void)
{
	char directory[PATH_MAX - sizeof(RESULT_FILE) - 1];
	if (!getcwd(directory, sizeof(directory)))
		strcpy(directory, ".");
	snprintf(path, sizeof(path), "%s/%s", directory, RESULT_FILE);
	FILE *out = fopen(path, "we");
	if (!out || fclose(out)) {
		complain("cannot be written");
		return false;
	}
	return true;
}

void ctester_results_begin_test(void)
{
	while (messages) {
		struct message *next = messages->next;
		release(messages);
		messages = next;
	}
	messages_end = &messages;
	release(problem);
	release(description);
	problem = description = NULL;
	test_weight = tag_count = 0;
}

bool ctester_results_end_test(bool success)
{
	FILE *out = fopen(path, "ae");
	if (!out) {
		complain("cannot be written");
		return false;
	}
	put_line(out, success);
	bool failed = ferror(out);
	if (fclose(out) || failed) {
		complain("cannot be written");
		return false;
	}
	return true;
}
