// SPDX-License-Identifier: GPL-2.0-only

//! The image of the guest that counts instructions.

#![no_std]
#![no_main]

guest::role!(guest::bench::Bench);
