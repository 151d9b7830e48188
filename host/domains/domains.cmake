# The room host/domains; host/CMakeLists.txt includes this.
outrigger_library(host_domains
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/domain_engine.cpp ${CMAKE_CURRENT_LIST_DIR}/model_fields.cpp
          ${CMAKE_CURRENT_LIST_DIR}/session_models.cpp
  DEPS host_core integration_domain integration_odoo)

outrigger_test(host_domains_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/domain_engine_test.cpp
  DEPS host_domains)
