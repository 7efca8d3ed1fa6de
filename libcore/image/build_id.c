/* SPDX-License-Identifier: MIT */
/* The build-id: an ELF note of owner "GNU" that the linker writes. */
#include <elf.h>
#include <string.h>

#include "image/elf.h"

enum {
	/* A linked file has one NT_GNU_BUILD_ID among a handful of notes. */
	MAX_NOTES = 4096,
	MAX_BUILD_ID = 64,
};

struct note_search {
	unsigned budget; /* notes that may still be read */
	const uint8_t *build_id;
	size_t size;
};

/* Names and descriptions of notes are padded to 4 bytes; where a note claims
 * 8 (NT_GNU_PROPERTY), its sizes are multiples already. */
static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~UINT64_C(3);
}

static void search_notes(struct note_search *search, const uint8_t *notes,
			 uint64_t size)
{
	Elf64_Nhdr note;
	while (notes && size >= sizeof(note) && search->budget) {
		search->budget--;
		memcpy(&note, notes, sizeof(note));
		notes += sizeof(note);
		size -= sizeof(note);
		uint64_t name_size = padded(note.n_namesz);
		if (name_size > size || note.n_descsz > size - name_size)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    memcmp(notes, ELF_NOTE_GNU, 4) == 0 && note.n_descsz &&
		    note.n_descsz <= MAX_BUILD_ID) {
			search->build_id = notes + name_size;
			search->size = note.n_descsz;
			return;
		}
		uint64_t whole = name_size + padded(note.n_descsz);
		if (whole > size)
			return;
		notes += whole;
		size -= whole;
	}
}

const uint8_t *ct_elf_build_id(const struct ct_elf *elf, size_t *size)
{
	struct note_search search = {.budget = MAX_NOTES};
	size_t sections = ct_elf_section_count(elf);
	for (size_t i = 0; i < sections && !search.build_id; i++) {
		const struct ct_section *section = ct_elf_section(elf, i);
		/* dwz's alternate files have their note in no segment. */
		if (section->type == SHT_NOTE &&
		    !(section->flags & SHF_COMPRESSED))
			search_notes(
			    &search,
			    ct_elf_bytes(elf, section->offset, section->size),
			    section->size);
	}
	/* A debug file's segments point at what it no longer has, so they are
	 * asked only where there are no sections. */
	size_t segments = sections ? 0 : ct_elf_segment_count(elf);
	for (size_t i = 0; i < segments && !search.build_id; i++) {
		const struct ct_segment *segment = ct_elf_segment(elf, i);
		if (segment->type == PT_NOTE)
			search_notes(&search,
				     ct_elf_bytes(elf, segment->offset,
						  segment->file_size),
				     segment->file_size);
	}
	*size = search.size;
	return search.build_id;
}
