# The room host/tenant; host/CMakeLists.txt includes this after the rooms that it stands on.
outrigger_library(host_tenant
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/echoes.cpp ${CMAKE_CURRENT_LIST_DIR}/identity.cpp
          ${CMAKE_CURRENT_LIST_DIR}/job_requests.cpp ${CMAKE_CURRENT_LIST_DIR}/place_lock.cpp
          ${CMAKE_CURRENT_LIST_DIR}/privacy.cpp ${CMAKE_CURRENT_LIST_DIR}/requests.cpp ${CMAKE_CURRENT_LIST_DIR}/tenant.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tenant_epoch.cpp ${CMAKE_CURRENT_LIST_DIR}/tenant_jobs.cpp
          ${CMAKE_CURRENT_LIST_DIR}/upkeep.cpp ${CMAKE_CURRENT_LIST_DIR}/write_requests.cpp
  DEPS host_border host_delivery host_inbox host_store host_schedule host_writes integration_feed integration_writes integration_odoo
  PRIVATE_DEPS Threads::Threads)

outrigger_test(host_tenant_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/echo_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/epoch_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/identity_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/jobs_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/older_epoch_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/place_lock_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/tenant_test.cpp
          ${CMAKE_SOURCE_DIR}/integration/sandbox/tests/rig.cpp
  DEPS host_tenant integration_sandbox)
