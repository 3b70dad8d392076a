// SPDX-License-Identifier: GPL-2.0-only

//! The image of the guest whose vCPUs do everything at once.

#![no_std]
#![no_main]

guest::role!(guest::stress::Stress);
