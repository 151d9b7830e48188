# Tests of host: included at the end of host/CMakeLists.txt.
if(NOT OUTRIGGER_TESTS)
  return()
endif()

set(OUTRIGGER_FIXTURES ${CMAKE_CURRENT_BINARY_DIR}/fixtures)
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/plugins/tests/fixtures)

outrigger_test(host_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/config/tests/config_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/config/tests/mistakes_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/packages/tests/package_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/packages/tests/version_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/cancel_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/configure_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/instance_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/library_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/many_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/manifest_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/replace_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/subscription_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/supervisor_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugins/tests/reload_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/services/tests/services_test.cpp
          ${CMAKE_SOURCE_DIR}/integration/sandbox/tests/rig.cpp
  DEPS host_core integration_sandbox
  TIMEOUT 180)
target_compile_definitions(host_test PRIVATE OUTRIGGER_FIXTURES="${OUTRIGGER_FIXTURES}"
                                             OUTRIGGER_RUNNER="$<TARGET_FILE:outrigger-runner>")
add_dependencies(host_test host_fixtures outrigger-runner)

outrigger_test(host_process_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/border/tests/link_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/border/tests/strand_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/control/tests/control_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/process/tests/log_rate_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/process/tests/service_pool_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/process/tests/user_lease_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/process/tests/watch_test.cpp
  DEPS host_core)

# The service in the test's own process, which finds the runner beside itself.
outrigger_test(host_service_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/cli/tests/away_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/changes_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/reload_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/renew_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/upgrade_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/watch_findings_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/webhook_plan_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/withheld_test.cpp
  DEPS host_cli
  TIMEOUT 180)
target_compile_definitions(host_service_test PRIVATE OUTRIGGER_FIXTURES="${OUTRIGGER_FIXTURES}")
add_dependencies(host_service_test host_fixtures outrigger-runner)

outrigger_test(host_page_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/cli/tests/arguments_test.cpp ${CMAKE_CURRENT_LIST_DIR}/cli/tests/save_page_test.cpp
  DEPS host_cli)

# The program itself, as a child.
outrigger_test(host_cli_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/cli/tests/audit_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/child.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/assignment_killed_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/cli_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/doctor_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/identity_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/scoring_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/secrets_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/service_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/webhooks_test.cpp
  DEPS host_core
  TIMEOUT 120)
target_compile_definitions(host_cli_test PRIVATE OUTRIGGER_BINARY="$<TARGET_FILE:outrigger>"
                                                 OUTRIGGER_FIXTURES="${OUTRIGGER_FIXTURES}")
add_dependencies(host_cli_test outrigger plugin_assignment plugin_scoring host_fixtures)

# What other systems post to plugins.
outrigger_test(host_endpoints_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/cli/tests/child.cpp ${CMAKE_CURRENT_LIST_DIR}/cli/tests/endpoints_test.cpp
  DEPS host_core
  TIMEOUT 180)
target_compile_definitions(host_endpoints_test PRIVATE OUTRIGGER_BINARY="$<TARGET_FILE:outrigger>")
add_dependencies(host_endpoints_test outrigger plugin_scoring)

# What the program keeps on disk: backup and restore, privacy, a full disk, journals of other versions.
set(OUTRIGGER_CLI_FIXTURES ${CMAKE_CURRENT_BINARY_DIR}/cli_fixtures)
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/cli/tests/fixtures)
outrigger_test(host_keeping_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/cli/tests/child.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/apply_test.cpp ${CMAKE_CURRENT_LIST_DIR}/cli/tests/backup_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/full_disk_test.cpp ${CMAKE_CURRENT_LIST_DIR}/cli/tests/health_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/events_program_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/grants_program_test.cpp ${CMAKE_CURRENT_LIST_DIR}/cli/tests/jobs_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/reload_load_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/writes_program_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/metrics_test.cpp ${CMAKE_CURRENT_LIST_DIR}/cli/tests/privacy_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/cli/tests/versions_test.cpp
          ${CMAKE_SOURCE_DIR}/integration/sandbox/tests/rig.cpp
  DEPS host_core host_journal host_tenant integration_sandbox
  TIMEOUT 180)
target_compile_definitions(host_keeping_test PRIVATE OUTRIGGER_BINARY="$<TARGET_FILE:outrigger>"
                                                     OUTRIGGER_CLI_FIXTURES="${OUTRIGGER_CLI_FIXTURES}")
add_dependencies(host_keeping_test outrigger plugin_notes)
