#ifndef THEME_H
#define THEME_H
#endif
