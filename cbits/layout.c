/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the fields are that Rust reads, as Xen's compiler has them: the
 * technique of asm-offsets.c. Compiled to assembly only, of which the Makefile
 * makes a Rust file; ffi/src/fields.rs gives each offset its type.
 */

#include <xen/lib.h>
#include <xen/sched.h>

/* FIELD(name in Rust, structure, field, its type) */
#define FIELD(name, s, f, type)                                         \
    BUILD_BUG_ON(!__builtin_types_compatible_p(                         \
                     typeof(((struct s *)NULL)->f), type));             \
    asm volatile ( "\n.ascii \"==>pub(super) const " #name             \
                   ": usize = %c0;<==\"" :: "i" (offsetof(struct s, f)) )

void layout(void);
void layout(void)
{
    FIELD(DOMAIN_CREATION_FINISHED, domain, creation_finished, bool);
    FIELD(DOMAIN_DOMAIN_ID, domain, domain_id, domid_t);
    FIELD(DOMAIN_MAPCACHE_FLAGGED, domain, arch.p2m.mapcache_flagged,
          unsigned long);
    FIELD(DOMAIN_MAPCACHE_DEFERRED, domain,
          arch.p2m.mapcache_stats.deferred, unsigned int);
    FIELD(DOMAIN_MAPCACHE_EXPIRED, domain, arch.p2m.mapcache_stats.expired,
          unsigned int);
    FIELD(DOMAIN_MAPCACHE_REARMED, domain, arch.p2m.mapcache_stats.rearmed,
          unsigned int);
    FIELD(DOMAIN_MAPCACHE_SENT, domain, arch.p2m.mapcache_stats.sent,
          unsigned int);
    FIELD(DOMAIN_VCPU, domain, vcpu, struct vcpu **);

    FIELD(VCPU_DOMAIN, vcpu, domain, struct domain *);
    FIELD(VCPU_MAPCACHE_FOREIGN, vcpu, arch.mapcache_foreign, bool);
    FIELD(VCPU_MAPCACHE_OWN, vcpu, arch.mapcache_own, uint8_t);
    FIELD(VCPU_MAPCACHE_SINCE, vcpu, arch.mapcache_since, s_time_t);
    FIELD(VCPU_MAPCACHE_TARGET, vcpu, arch.mapcache_target, domid_t);
    FIELD(VCPU_NEXT_IN_LIST, vcpu, next_in_list, struct vcpu *);

    /* Rust reads a bool as one byte. */
    BUILD_BUG_ON(sizeof(bool) != 1);
    /* And these as integers of its own. */
    BUILD_BUG_ON(sizeof(domid_t) != 2);
    BUILD_BUG_ON(sizeof(s_time_t) != 8);
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
