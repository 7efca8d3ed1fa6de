/* SPDX-License-Identifier: MIT */
#include "value/way.h"

#include "prototypes/names.h"

enum {
	WORD_SMALL = 4096 /* below is no address */
};

static void put_signal(uint32_t number, struct ct_buffer *out)
{
	const struct ct_names *names = ct_names_find("signals");
	if (!names || !ct_names_spell(names, number, 4, out))
		ct_buffer_put_u64(out, number);
}

/* wait(2): the lowest 7 bits are 0 for an exit, 0x7f for a stop, or a signal;
 * the next says that a core was dumped. */
static bool say_status(uint32_t status, struct ct_buffer *out)
{
	uint32_t low = status & 0x7f, high = status >> 8 & 0xff;
	if (status == 0xffff) {
		ct_buffer_puts(out, "continued");
	} else if (!low) {
		if (status & ~0xff00u)
			return false;
		ct_buffer_printf(out, "exited with %u", high);
	} else if (low == 0x7f) {
		ct_buffer_puts(out, "stopped by ");
		put_signal(high & 0x7f, out);
		if (high & 0x80)
			ct_buffer_puts(out, "|0x80");
		if (status >> 16)
			ct_buffer_printf(out, " (event %u)", status >> 16);
	} else {
		ct_buffer_puts(out, "killed by ");
		put_signal(low, out);
		if (status & 0x80)
			ct_buffer_puts(out, " (core dumped)");
	}
	return true;
}

/* include/linux/kdev_t.h: new_encode_dev(), and its like for 64 bits. */
static void say_device(uint64_t device, struct ct_buffer *out)
{
	uint64_t major = (device >> 8 & 0xfff) | (device >> 32 & 0xfffff000);
	uint64_t minor = (device & 0xff) | (device >> 12 & 0xffffff00);
	ct_buffer_printf(out, "%llu:%llu", (unsigned long long)major,
			 (unsigned long long)minor);
}

bool ct_number_say(enum ct_number_way way, uint64_t word, size_t size,
		   struct ct_buffer *out)
{
	uint64_t whole = size < 8 ? (1ull << size * 8) - 1 : ~0ull;
	word &= whole;
	switch (way) {
	case CT_NUMBER_OCTAL:
		ct_buffer_printf(out, word ? "0%llo" : "%llo",
				 (unsigned long long)word);
		return true;
	case CT_NUMBER_DEVICE:
		say_device(word, out);
		return true;
	case CT_NUMBER_ID:
		if (word != whole)
			return false;
		ct_buffer_puts(out, "-1");
		return true;
	case CT_NUMBER_WORD:
		if (word < WORD_SMALL)
			return false;
		ct_buffer_put_hex(out, word);
		return true;
	case CT_NUMBER_STATUS:
		return say_status((uint32_t)word, out);
	}
	return false;
}
