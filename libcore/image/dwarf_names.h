/* SPDX-License-Identifier: MIT */
/*
 * The numbers of the DWARF standard (DW_TAG_, DW_AT_, DW_ATE_, DW_OP_…) for
 * the rooms that read DIEs through dw.h.  libdwarf's <libdwarf/dwarf.h> is a
 * plain list of constants; it is named here and nowhere else, so that nothing
 * outside dw*.c depends on libdwarf.
 */
#ifndef CT_IMAGE_DWARF_NAMES_H
#define CT_IMAGE_DWARF_NAMES_H

#include <libdwarf/dwarf.h>

#endif
