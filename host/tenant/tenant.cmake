# The room host/tenant; host/CMakeLists.txt includes this after the rooms that it stands on.
outrigger_library(host_tenant
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/echoes.cpp ${CMAKE_CURRENT_LIST_DIR}/identity.cpp
          ${CMAKE_CURRENT_LIST_DIR}/journal_mark.cpp
          ${CMAKE_CURRENT_LIST_DIR}/requests.cpp ${CMAKE_CURRENT_LIST_DIR}/tenant.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tenant_epoch.cpp
          ${CMAKE_CURRENT_LIST_DIR}/write_requests.cpp
  DEPS host_border host_delivery host_store host_schedule host_writes integration_feed integration_writes integration_odoo
  PRIVATE_DEPS Threads::Threads)

outrigger_test(host_tenant_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/echo_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/epoch_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/older_epoch_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/tenant_test.cpp
          ${CMAKE_SOURCE_DIR}/integration/sandbox/tests/rig.cpp
  DEPS host_tenant integration_sandbox)

# A day on the virtual clock.
outrigger_test(host_day_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/day_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/day_company.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/memory_odoo.cpp
          ${CMAKE_SOURCE_DIR}/integration/writes/tests/rig.cpp
  DEPS host_tenant integration_sandbox)
