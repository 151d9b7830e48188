/* Keeps what the host gave it for ever. */
#include "beast.h"

ON_COMMAND({
  const or_odoo_v1* odoo = (const or_odoo_v1*)zoo_extension(OR_ODOO_ID);
  for (int i = 0; i < 100; ++i) {
    or_doc info;
    const or_status status = odoo->info(odoo->ctx, &info, error);
    if (status != OR_OK) return status;
  }
  result->root = zoo_number(100);
})
