/* SPDX-License-Identifier: MIT */
/*
 * cffi's ffi.dlopen("libz") does not call dlopen() with that name: it asks
 * ctypes.util.find_library() first, which knows only what the system has.  So
 * when a program in Python loads cffi's library, and mocks wait for libraries,
 * that function is told their names: it answers with the name itself, where it
 * would have found nothing, and the dlopen() that follows is seen.
 */
#include <string.h>

#include "base/cleanup.h"
#include "session/stubs.h"

static const char text_head[] =
    "def give(names):\n"
    "    import ctypes.util as util\n"
    "    real = util.find_library\n"
    "    def stem(name):\n"
    "        name = name.rpartition('/')[2].partition('.so')[0]\n"
    "        return name[3:] if name[:3] == 'lib' and name[3:] else name\n"
    "    stems = {stem(name) for name in names}\n"
    "    def find_library(name):\n"
    "        ours = isinstance(name, str) and stem(name) in stems\n"
    "        try:\n"
    "            found = real(name)\n"
    "        except OSError:\n"
    "            if not ours:\n"
    "                raise\n"
    "            found = None\n"
    "        return name if found is None and ours else found\n"
    "    util.find_library = find_library\n"
    "give([";
static const char text_tail[] = "])\n"
				"del give\n";

bool ct_session_is_cffi(const char *path)
{
	const char *slash = strrchr(path, '/');
	return !strncmp(slash ? slash + 1 : path, "_cffi_backend.", 14);
}

/* Thousands of mocks may be of one library, mostly in a row. */
static void put_name(const char *name, const char **last, struct ct_buffer *out)
{
	if (*last && !strcmp(name, *last))
		return;
	*last = name;
	ct_buffer_puts(out, "b'");
	for (; *name; name++)
		ct_buffer_printf(out, "\\x%02x", (uint8_t)*name);
	ct_buffer_puts(out, "'.decode('utf-8', 'surrogateescape'), ");
}

char *ct_session_find_library_text(const struct ct_session *session)
{
	struct ct_buffer text = {0};
	const char *last = NULL;
	ct_buffer_puts(&text, text_head);
	for (const struct ct_request *request = session->requests; request;
	     request = request->next) {
		if (request->kind == CT_REQUEST_TRACE || !request->library ||
		    !*request->library)
			continue;
		put_name(request->library, &last, &text);
	}
	for (size_t i = 0; i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		if (watch->of_main ||
		    !((watch->mocked && !watch->spent) || watch->ruled))
			continue;
		put_name(watch->library, &last, &text);
	}
	ct_buffer_puts(&text, text_tail);
	CT_AUTO_FREE char *whole = ct_buffer_take_string(&text);
	return last ? ct_take(whole) : NULL;
}
