# outrigger-runner's hardening: included by host/CMakeLists.txt.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)

outrigger_library(host_runner_harden
  SOURCES runner/cgroup.cpp runner/cgroup_hierarchy.cpp runner/harden.cpp runner/harden_descriptors.cpp
          runner/harden_identity.cpp runner/harden_landlock.cpp runner/harden_limits.cpp runner/harden_seccomp.cpp
          runner/sandbox_support.cpp
  DEPS outrigger_vocabulary
  PRIVATE_DEPS PkgConfig::SECCOMP)

if(OUTRIGGER_TESTS)
  # A library as a plugin is one.
  add_library(harden_small_plugin MODULE ${CMAKE_CURRENT_LIST_DIR}/tests/fixtures/small_plugin.cpp)
  set_target_properties(harden_small_plugin PROPERTIES PREFIX "" OUTPUT_NAME small_plugin)
  target_link_libraries(harden_small_plugin PRIVATE outrigger_flags Threads::Threads)

  outrigger_test(host_runner_harden_test
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/calls_test.cpp
            ${CMAKE_CURRENT_LIST_DIR}/tests/cgroup_test.cpp
            ${CMAKE_CURRENT_LIST_DIR}/tests/cgroup_tree_test.cpp
            ${CMAKE_CURRENT_LIST_DIR}/tests/confined_child.cpp
            ${CMAKE_CURRENT_LIST_DIR}/tests/files_test.cpp
            ${CMAKE_CURRENT_LIST_DIR}/tests/self_test.cpp
            ${CMAKE_CURRENT_LIST_DIR}/tests/works_test.cpp
    DEPS host_runner_harden)
  target_compile_definitions(host_runner_harden_test PRIVATE HARDEN_FIXTURE="$<TARGET_FILE:harden_small_plugin>")
  add_dependencies(host_runner_harden_test harden_small_plugin)
endif()
