/* SPDX-License-Identifier: MIT */
/*
 * Other files of the same program: split units (.dwo), dwz's alternate file,
 * and the type units that a signature names.
 */
#include "image/dw_internal.h"

struct dw_signature {
	uint64_t signature;
	struct dw_unit *unit;
	UT_hash_handle hh;
};

struct ct_error *dw_alternate(struct ct_dw *dw, struct ct_dw **ret)
{
	(void)ret;
	return ct_error_format(CT_ERROR_NOT_FOUND,
			       "%s: no alternate debug file",
			       ct_elf_path(dw->elf));
}

struct ct_error *dw_unit_split(struct dw_unit *unit, struct dw_unit **ret)
{
	*ret = unit;
	return NULL;
}

void dw_signatures_destroy(struct ct_dw *dw)
{
	struct dw_signature *entry, *next;

	HASH_ITER (hh, dw->signatures, entry, next) {
		HASH_DEL(dw->signatures, entry);
		free(entry);
	}
}

static struct ct_error *index_types(struct ct_dw *dw)
{
	struct ct_error *err = dw_prepare(dw);
	if (err || dw->types_indexed)
		return err;
	for (size_t i = 0; i < dw->unit_count; i++) {
		struct dw_unit *unit = &dw->units[i];
		struct dw_signature *entry;
		if (unit->type != DW_UT_type && unit->type != DW_UT_split_type)
			continue;
		HASH_FIND(hh, dw->signatures, &unit->id, sizeof(unit->id),
			  entry);
		if (entry)
			continue;
		entry = calloc(1, sizeof(*entry));
		if (!entry)
			return &ct_enomem;
		entry->signature = unit->id;
		entry->unit = unit;
		HASH_ADD(hh, dw->signatures, signature,
			 sizeof(entry->signature), entry);
	}
	dw->types_indexed = true;
	return NULL;
}

struct ct_error *dw_type_unit(struct ct_dw *dw, uint64_t signature,
			      struct dw_unit **ret)
{
	struct ct_error *err = index_types(dw);
	if (err)
		return err;
	struct dw_signature *entry;
	HASH_FIND(hh, dw->signatures, &signature, sizeof(signature), entry);
	*ret = entry ? entry->unit : NULL;
	return NULL;
}
