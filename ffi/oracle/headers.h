/* SPDX-License-Identifier: GPL-2.0-only */
/* What bindgen reads: build.rs names what is taken from it. */

/* Xen's config.h hides what follows it, and bindgen passes over the hidden. */
#pragma GCC visibility push(default)

#include <xen/ioreq.h>
#include <xen/sched.h>
#include <xen/time.h>

#include <asm/event.h>

#include "../../cbits/rust_helpers.h"

#pragma GCC visibility pop
