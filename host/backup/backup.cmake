# The room host/backup; host/CMakeLists.txt includes this after the rooms that it stands on.
outrigger_library(host_backup
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/archive.cpp ${CMAKE_CURRENT_LIST_DIR}/backup.cpp
          ${CMAKE_CURRENT_LIST_DIR}/deployment_files.cpp ${CMAKE_CURRENT_LIST_DIR}/restore.cpp
          ${CMAKE_CURRENT_LIST_DIR}/switch.cpp
  DEPS host_journal host_secrets integration_value PkgConfig::SODIUM)

outrigger_test(host_backup_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/backup_test.cpp
  DEPS host_backup)
