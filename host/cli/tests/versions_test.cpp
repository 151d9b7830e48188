#include "host/cli/tests/child.hpp"
