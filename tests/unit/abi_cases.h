/* SPDX-License-Identifier: MIT */
/*
 * The types and calls that test_abi.c asks the compiler about.  It includes
 * this file several times with other meanings of the macros:
 *
 * SCALAR(name, C type, encoding)         a number
 * VECTOR(name, element, count)           a GNU vector
 * STRUCT(name, alignment, attribute, members…), UNION: the alignment is what
 *     the debug information would say: 0, unless the attribute asks for one.
 *     Members: (F, type, name), (A, type, name, count), (Z, type, name) a
 *     flexible array, (B, type, name, bits, bit offset)
 * CALL(result, argument types…)
 * TAIL(result, fixed argument, tail types…)
 * RESULT(type)
 */
#ifndef SCALAR
#define SCALAR(...)
#endif
#ifndef VECTOR
#define VECTOR(...)
#endif
#ifndef STRUCT
#define STRUCT(...)
#endif
#ifndef UNION
#define UNION(...)
#endif
#ifndef CALL
#define CALL(...)
#endif
#ifndef TAIL
#define TAIL(...)
#endif
#ifndef RESULT
#define RESULT(...)
#endif

/* clang-format off */
SCALAR(bool1, _Bool, BOOL)
SCALAR(i8, signed char, SIGNED)
SCALAR(u8, unsigned char, UNSIGNED)
SCALAR(ch, char, CHAR)
SCALAR(i16, short, SIGNED)
SCALAR(i32, int, SIGNED)
SCALAR(u32, unsigned, UNSIGNED)
SCALAR(i64, long, SIGNED)
SCALAR(i128, __int128, SIGNED)
SCALAR(f32, float, FLOAT)
SCALAR(f64, double, FLOAT)
SCALAR(f80, long double, FLOAT)
SCALAR(f128, __float128, FLOAT)
SCALAR(c32, _Complex float, COMPLEX)
SCALAR(c64, _Complex double, COMPLEX)
SCALAR(c80, _Complex long double, COMPLEX)

VECTOR(v8, f32, 2)
VECTOR(v8l, i64, 1)
VECTOR(v8c, i8, 8)
VECTOR(v16, f32, 4)
VECTOR(v16i, i32, 4)
VECTOR(v4c, i8, 4)

STRUCT(empty, 0, )
STRUCT(s_i8, 0, , (F, i8, a))
STRUCT(s_i8x3, 0, , (A, i8, a, 3))
STRUCT(s_i32, 0, , (F, i32, a))
STRUCT(s_i32x2, 0, , (F, i32, a), (F, i32, b))
STRUCT(s_i32x3, 0, , (A, i32, a, 3))
STRUCT(s_i64x2, 0, , (F, i64, a), (F, i64, b))
STRUCT(s_i64x3, 0, , (A, i64, a, 3))
STRUCT(s_bytes, 0, , (A, i8, a, 15))
STRUCT(s_bytes17, 0, , (A, i8, a, 17))
STRUCT(s_bytes65, 0, , (A, i8, a, 65))
STRUCT(s_big, 0, , (A, i32, a, 50))
STRUCT(s_f32, 0, , (F, f32, a))
STRUCT(s_f32x2, 0, , (F, f32, a), (F, f32, b))
STRUCT(s_f32x3, 0, , (F, f32, a), (F, f32, b), (F, f32, c))
STRUCT(s_f32x4, 0, , (A, f32, a, 4))
STRUCT(s_f64, 0, , (F, f64, a))
STRUCT(s_f64x2, 0, , (F, f64, a), (F, f64, b))
STRUCT(s_f64x3, 0, , (A, f64, a, 3))
STRUCT(s_mixed, 0, , (F, i64, a), (F, f64, b))
STRUCT(s_mixed2, 0, , (F, f64, a), (F, i64, b))
STRUCT(s_same8, 0, , (F, f32, a), (F, i32, b))
STRUCT(s_same8f, 0, , (F, f32, a), (F, i32, b), (F, f64, c))
STRUCT(s_f32f64, 0, , (F, f32, a), (F, f64, b))
STRUCT(s_f80, 0, , (F, f80, a))
STRUCT(s_f80i, 0, , (F, f80, a), (F, i32, b))
STRUCT(s_f128, 0, , (F, f128, a))
STRUCT(s_i128, 0, , (F, i128, a))
STRUCT(s_i128i, 0, , (F, i128, a), (F, i32, b))
STRUCT(s_c32, 0, , (F, c32, a))
STRUCT(s_fc32, 0, , (F, f32, a), (F, c32, b))
STRUCT(s_c64, 0, , (F, c64, a))
STRUCT(s_c80, 0, , (F, c80, a))
STRUCT(s_v8, 0, , (F, v8, a), (F, i32, b))
STRUCT(s_v16, 0, , (F, v16, a))
STRUCT(s_v16x2, 0, , (A, v16, a, 2))
STRUCT(s_v4c, 0, , (F, v4c, a), (F, f32, b))
STRUCT(s_ptr, 0, , (F, ptr, a), (F, bool1, b))
STRUCT(s_enum, 0, , (F, color, a), (F, f32, b), (F, f32, c))
STRUCT(s_nested, 0, , (F, s_f32, a), (F, s_i32, b), (F, s_f64, c))
STRUCT(s_deep, 0, , (A, s_f32x2, a, 2))
STRUCT(s_deep2, 0, , (F, s_f32x3, a), (F, s_i8x3, b))
STRUCT(s_bits, 0, , (B, i32, a, 3, 0), (B, i32, b, 13, 3), (B, u32, c, 16, 16))
STRUCT(s_bitsf, 0, , (F, f32, a), (B, i64, b, 30, 32), (F, f64, c))
STRUCT(s_bits2, 0, , (B, i64, a, 40, 0), (B, i64, b, 40, 64))
STRUCT(s_bitspk, 0, packed, (F, f32, a), (F, i16, p), (B, i64, b, 40, 48),
       (F, u8, c))
STRUCT(s_packed, 0, packed, (F, i8, a), (F, i32, b))
STRUCT(s_packed8, 0, packed, (F, f64, a), (F, i8, b))
STRUCT(s_packfit, 0, packed, (F, i32, a), (F, f32, b))
STRUCT(s_packed80, 0, packed, (F, i8, a), (F, f80, b))
STRUCT(s_packin, 0, , (F, s_packed8, a), (F, i8, b))
STRUCT(s_packbad, 0, , (F, i8, a), (F, s_packfit, b))
STRUCT(s_empty, 0, , (F, empty, a), (F, f32, b))
STRUCT(s_zero, 0, , (F, i32, a), (A, f64, b, 0))
STRUCT(s_align16, 16, aligned(16), (F, i32, a))
STRUCT(s_align16b, 16, aligned(16), (F, i64, a), (F, f64, b))
STRUCT(s_align32, 32, aligned(32), (F, i32, a))
STRUCT(s_align64, 64, aligned(64), (F, i64, a))
STRUCT(s_inalign, 0, , (F, s_align16, a), (F, i64, b))
UNION(u_if, 0, , (F, i32, a), (F, f32, b))
UNION(u_f, 0, , (F, f32, a), (F, f64, b))
UNION(u_80i, 0, , (F, f80, a), (F, i32, b))
UNION(u_80f, 0, , (F, f80, a), (F, f32, b))
UNION(u_80, 0, , (F, f80, a), (F, s_f80, b))
UNION(u_vi, 0, , (F, v16, a), (F, i64, b))
UNION(u_vf, 0, , (F, v16, a), (F, f64, b))
UNION(u_arr, 0, , (A, f32, a, 3), (F, i16, b))
UNION(u_128, 0, , (F, i128, a), (A, f64, b, 2))
UNION(u_nest, 0, , (F, s_same8f, a), (F, u_f, b))
STRUCT(s_union, 0, , (F, u_if, a), (F, u_f, b))
#ifndef __clang__ /* which takes it to memory */
STRUCT(s_flex, 0, , (F, i32, a), (Z, f32, b))
#else
STRUCT(s_flex, 0, , (F, i32, a), (A, f32, b, 0))
#endif

/* One register each, and the end of the registers. */
CALL(void, i32)
CALL(void, bool1, i8, u8, ch, i16, i32)
CALL(void, i64, ptr, color, u32, i64, ptr, i64, i8, i16)
CALL(void, f32, f64, f32, f64, f32, f64, f32, f64, f32, f64)
CALL(void, f64, i32, f32, i64, f64, ptr, f64, i8)
CALL(void, i8, i8, i8, i8, i8, i8, i8, bool1, i16, f32, i8)
CALL(void, i64, i64, i64, i64, i64, i64, f64, i64, f64, i64)
/* Wide numbers. */
CALL(void, i128)
CALL(void, i8, i128, i8)
CALL(void, i128, i128, i128)
CALL(void, i128, i128, i128, i128, i8)
CALL(void, f80)
CALL(void, f80, i32, f80, f64)
CALL(void, i64, i64, i64, i64, i64, i64, i64, f80, i8, f80)
CALL(void, f128, f64, f128)
CALL(void, f64, f64, f64, f64, f64, f64, f64, f64, f32, f128, f64)
CALL(void, c32)
CALL(void, c32, c64, f32)
CALL(void, f64, f64, f64, f64, f64, f64, f64, c64, f64, c32)
CALL(void, c80, i32)
CALL(void, i8, c80, f80, c32)
CALL(void, v8, v16, f32, v8l, v8c, v16i)
CALL(void, f64, f64, f64, f64, f64, f64, f64, f64, i64, v8, v16, i32)
CALL(void, f64, f64, f64, f64, f64, f64, f64, f64, f64, v16i)
CALL(void, v4c, f32, i32)
/* Structs in registers. */
CALL(void, s_i8, s_i8x3, s_i32, s_i32x2)
CALL(void, s_i32x3, s_i64x2, s_bytes)
CALL(void, s_f32, s_f32x2, s_f32x3, s_f32x4)
CALL(void, s_f64, s_f64x2, f32, s_f32f64)
CALL(void, s_mixed, s_mixed2, s_same8)
CALL(void, s_same8f, i32, f32)
CALL(void, s_i128, i32)
CALL(void, s_c32, s_fc32, s_c64)
CALL(void, s_v8, s_v16, s_v4c)
CALL(void, s_ptr, s_enum, color)
CALL(void, s_nested, s_deep, s_deep2)
CALL(void, s_bits, s_bitsf, s_bits2)
CALL(void, s_packfit, s_union, i8)
CALL(void, s_empty, s_zero, f32, i32)
CALL(void, s_flex, f32, i32)
CALL(void, s_align16, i32, s_align16b)
CALL(void, u_if, u_f, u_arr, f32)
CALL(void, u_vi, u_vf, f64)
CALL(void, u_128, u_nest, i8)
/* Structs in memory. */
CALL(void, s_i64x3, i32, s_f64x3, f32)
CALL(void, s_bytes17, s_bytes65, i8)
CALL(void, s_big, i64, f64)
CALL(void, s_f80, i8, s_f80i)
CALL(void, i8, s_i128i, i8)
CALL(void, s_c80, i32)
CALL(void, i64, s_v16x2, f32)
CALL(void, s_packed, i8, s_packed8, s_packed80)
CALL(void, s_packin, i8, s_packbad)
CALL(void, u_80i, u_80f, i8, u_80)
CALL(void, s_bitspk, i8)
CALL(void, s_inalign, i8, s_inalign)
CALL(void, s_align32, i32, i64)
CALL(void, s_align64, i32)
CALL(void, i64, i64, i64, i64, i64, i64, i8, s_align32, i8)
CALL(void, i64, i64, i64, i64, i64, i64, i8, s_align64, i8, s_align16)
CALL(void, s_bytes17, s_f80, i8, s_i64x3, f80)
/* Too few registers left: whole on the stack, and later ones go on. */
CALL(void, i64, i64, i64, i64, i64, s_i64x2, i64)
CALL(void, i64, i64, i64, i64, i64, s_i64x2, s_i32, s_i32)
CALL(void, i64, i64, i64, i64, i64, i64, s_mixed, f64, i8)
CALL(void, f64, f64, f64, f64, f64, f64, f64, s_f64x2, s_f64, f32)
CALL(void, f64, f64, f64, f64, f64, f64, f64, f64, s_mixed, i64, s_mixed2)
CALL(void, f64, f64, f64, f64, f64, f64, f64, c64, c32, c64)
CALL(void, i64, i64, i64, i64, i64, u_128, i64, u_128)
CALL(void, i64, i64, i64, i64, i64, i64, s_align16b, i8, s_align16)
CALL(void, i64, i64, i64, i64, i64, i64, i8, s_v16, v16)
CALL(void, s_i64x2, s_i64x2, s_i64x2, s_i64x2, i8)
CALL(void, s_bytes, s_bytes, s_i8, s_bytes, s_i8, s_i8)
/* Empty ones take no place. */
CALL(void, empty)
CALL(void, empty, i32, empty, f32, empty)
CALL(void, i64, i64, i64, i64, i64, i64, i64, empty, i64)
/* The result in memory takes rdi. */
CALL(s_i64x3, i32, f32)
CALL(s_big, i64, i64, i64, i64, i64, i64, i64)
CALL(s_f80i, s_i64x2, s_i64x2, s_i64x2, i8)
CALL(s_packed, i64, i128, i128, i128)
CALL(s_i64x2, i64, f64)
CALL(s_mixed, s_mixed, s_mixed)
CALL(c64, c64, i64)
CALL(i128, i128)
CALL(empty, i32)

/* Old clangs split an __int128 between a register and the stack, do not align
 * it there, and take a struct of a __float128 to memory. */
#if !defined(__clang__) || __clang_major__ >= 18
CALL(void, i64, i64, i64, i64, i64, i64, i64, i128)
CALL(void, i64, i64, i64, i64, i64, i128, i64, i64)
CALL(void, i64, i64, i64, i64, i64, i64, i8, s_i128, i8, i128)
TAIL(i32, ptr, i128, i8, i128, i64, i128)
CALL(void, s_f128, i32)
RESULT(s_f128)
#endif

TAIL(i32, ptr, i128, i8, i128, i64)
TAIL(i32, ptr, i32, i64, f64)
TAIL(i32, ptr, i8, i16, bool1, ch)
TAIL(i32, ptr, i32, i32, i32, i32, i32, i32, f64, i64)
TAIL(i32, ptr, f64, f64, f64, f64, f64, f64, f64, f64, f64, i32)
TAIL(i32, ptr, f80, i32, f80)
TAIL(i32, ptr, s_i64x2, s_i64x3, s_f32x3, s_mixed)
TAIL(i32, ptr, c32, c64, c80, f128)
TAIL(i32, ptr, v8, v16, s_align16b, i32)
TAIL(i32, s_i64x3, f64, i32, s_i64x3)
TAIL(s_i64x3, ptr, i32, f64, i64)

RESULT(bool1) RESULT(i8) RESULT(u8) RESULT(ch) RESULT(i16) RESULT(i32)
RESULT(u32) RESULT(i64) RESULT(i128) RESULT(ptr) RESULT(color)
RESULT(f32) RESULT(f64) RESULT(f80) RESULT(f128)
RESULT(c32) RESULT(c64) RESULT(c80)
RESULT(v8) RESULT(v8l) RESULT(v8c) RESULT(v16) RESULT(v16i) RESULT(v4c)
RESULT(empty) RESULT(s_i8) RESULT(s_i8x3) RESULT(s_i32) RESULT(s_i32x2)
RESULT(s_i32x3) RESULT(s_i64x2) RESULT(s_i64x3) RESULT(s_bytes)
RESULT(s_bytes17) RESULT(s_bytes65) RESULT(s_big)
RESULT(s_f32) RESULT(s_f32x2) RESULT(s_f32x3) RESULT(s_f32x4)
RESULT(s_f64) RESULT(s_f64x2) RESULT(s_f64x3)
RESULT(s_mixed) RESULT(s_mixed2) RESULT(s_same8) RESULT(s_same8f)
RESULT(s_f32f64) RESULT(s_f80) RESULT(s_f80i)
RESULT(s_i128) RESULT(s_i128i) RESULT(s_c32) RESULT(s_fc32) RESULT(s_c64)
RESULT(s_c80) RESULT(s_v8) RESULT(s_v16) RESULT(s_v16x2) RESULT(s_v4c)
RESULT(s_ptr) RESULT(s_enum) RESULT(s_nested) RESULT(s_deep) RESULT(s_deep2)
RESULT(s_bits) RESULT(s_bitsf) RESULT(s_bits2) RESULT(s_bitspk)
RESULT(s_packed) RESULT(s_packed8) RESULT(s_packfit) RESULT(s_packed80)
RESULT(s_packin) RESULT(s_packbad) RESULT(s_empty) RESULT(s_zero)
RESULT(s_align16) RESULT(s_align16b) RESULT(s_align32) RESULT(s_align64)
RESULT(s_inalign) RESULT(u_if) RESULT(u_f) RESULT(u_80i) RESULT(u_80f)
RESULT(u_80) RESULT(u_vi) RESULT(u_vf) RESULT(u_arr) RESULT(u_128)
RESULT(u_nest) RESULT(s_union) RESULT(s_flex)
/* clang-format on */

#undef SCALAR
#undef VECTOR
#undef STRUCT
#undef UNION
#undef CALL
#undef TAIL
#undef RESULT
