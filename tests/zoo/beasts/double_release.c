/* Releases what the host gave it twice. */
#include <outrigger/abi/odoo.h>

#include "beast.h"

ON_COMMAND({
  const or_odoo_v1* odoo = (const or_odoo_v1*)zoo_extension(OR_ODOO_ID);
  or_doc info;
  or_doc copy;
  const or_status status = odoo->info(odoo->ctx, &info, error);
  if (status != OR_OK) return status;
  copy = info;
  info.release(&info);
  copy.release(&copy);
  copy.release(&copy);
})
