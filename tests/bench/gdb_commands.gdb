# SPDX-License-Identifier: MIT
# A breakpoint with commands, at the entry only.
set pagination off
break touch
commands
  silent
  printf "touch(%s, %d, %d)\n", path, flags, size
  output *item
  echo \n
  continue
end
