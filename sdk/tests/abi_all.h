/* All headers of the ABI; tests/abi/layout.sh says when one is missing. */
#ifndef OUTRIGGER_SDK_ABI_ALL_H
#define OUTRIGGER_SDK_ABI_ALL_H

#include <outrigger/abi.h>
#include <outrigger/abi/changes.h>
#include <outrigger/abi/clock.h>
#include <outrigger/abi/commands.h>
#include <outrigger/abi/domain.h>
#include <outrigger/abi/health.h>
#include <outrigger/abi/http.h>
#include <outrigger/abi/jobs.h>
#include <outrigger/abi/log.h>
#include <outrigger/abi/metrics.h>
#include <outrigger/abi/odoo.h>
#include <outrigger/abi/pages.h>
#include <outrigger/abi/reconfigure.h>
#include <outrigger/abi/schedule.h>
#include <outrigger/abi/secrets.h>
#include <outrigger/abi/shared.h>
#include <outrigger/abi/store.h>
#include <outrigger/abi/value.h>
#include <outrigger/abi/webhook.h>

#endif
