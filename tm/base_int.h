/*
 * base_int.h - bytes as ASCII has them, whatever the locale
 *
 * A byte of a character beyond ASCII is neither digit nor letter.
 */
#ifndef TM_BASE_INT_H
#define TM_BASE_INT_H

#include <string.h>

#include "tm/base.h"

/* NUL where s has ended. */
static inline char
tm_byte_at(tm_str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

static inline bool
tm_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
tm_is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline char
tm_to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Is c one of the bytes of set? NUL is of none. */
static inline bool
tm_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

#endif
